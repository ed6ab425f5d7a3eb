"""The words pages use for the platform's states, tests and types."""

STATES: dict[str, tuple[str, str]] = {
    "published": ("已发布", "good"),
    "published_flagged": ("已发布·有提示", "warn"),
    "held": ("待核未发布", "bad"),
    "rejected": ("整批拒收", "bad"),
    "duplicate": ("重复报送", "plain"),
    "replaced": ("已被更正", "plain"),
}
"""State of a batch: what to call it and its tone."""

RUN_STATES: dict[str, tuple[str, str]] = {
    "running": ("运行中", "plain"),
    "success": ("成功", "good"),
    "succeeded": ("成功", "good"),
    "done": ("成功", "good"),
    "failed": ("有失败", "bad"),
}

STRENGTHS = {"strong": ("强", "bad"), "weak": ("弱", "warn")}

SHARES = {"unconditional": "无条件共享", "conditional": "有条件共享", "none": "不予共享"}
GRADES = {"core": "核心", "important": "重要", "general": "一般"}
PERSONAL = {"none": "—", "personal": "个人信息", "sensitive": "敏感个人信息"}
TYPES = {
    "string": "文本",
    "integer": "整数",
    "decimal": "数值",
    "number": "数值",
    "date": "日期",
    "timestamp": "时间",
    "period": "统计期",
}
FORMS = {
    "csv": "CSV 文件",
    "xlsx": "Excel 工作簿",
    "jsonl": "JSON 行文件",
    "json": "JSON 接口应答",
    "parquet": "Parquet 文件",
    "jdbc": "数据库视图",
    "geojson": "GeoJSON 图形",
}
SEVERITIES = {"critical": "关键", "warning": "提示"}
STAGES = {
    "land": "落地检查",
    "ods": "贴源存储",
    "standardize": "标准化",
    "dwd": "写入标准层",
    "gate": "发布门",
    "build": "计算",
}
"""Stages of a step, in the order in which a batch passes them."""

LEVELS = {"city": "市", "county": "县（市、区）", "township": "乡镇（街道）"}
