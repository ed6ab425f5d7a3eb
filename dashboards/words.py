"""The words pages use for the platform's states, tests and types."""

from collections.abc import Mapping

from alerts.words import DELIVERY_TITLES

_TONES = {"published": "good", "published_flagged": "warn", "held": "bad", "rejected": "bad"}
STATES: dict[str, tuple[str, str]] = {
    state: (title, _TONES.get(state, "plain")) for state, title in DELIVERY_TITLES.items()
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

WITHHELD = "不公布"
WHY_WITHHELD = "不公布：不足 10 人，或会被倒推"
"""Of a figure about persons (``is_withheld``), and why."""

LEVELS = {"city": "市", "county": "县（市、区）", "township": "乡镇（街道）"}

STATISTICS = {
    "parts_and_total": "不平衡的行数",
    "stock_and_flow": "不平衡的行数",
    "falling_total": "下降次数",
    "identity_number": "不成立的号码",
    "identity_number_errors": "不成立的号码",
    "idle": "连续期数",
    "drift": "对比值（取最有利的口径）",
    "level": "z 值（取最有利的口径）",
    "repeated_period": "雷同期数",
    "repeated_year": "雷同期数",
    "shared_growth": "雷同单位数",
    "constant_growth": "增速不变的期数",
    "one_hand": "相关系数",
    "shared_source": "代填单位数",
    "noise_fell": "似然比（与波动增大之差）",
    "noise_small": "z 值",
    "level_break": "相当于平常变动的倍数",
    "unsupported_above": "缺少支撑的单位数",
    "above_threshold": "t 值",
    "whole_percentages": "整数百分比的期数",
    "repeated_values": "同一个数平均出现次数",
    "underdispersion": "过于平稳的七期数",
    "ratio_outlier": "环比距离",
    "robust_distance": "稳健距离的平方",
    "precision": "小数位数",
    "benford_first": "平均绝对偏差",
    "benford_second": "平均绝对偏差",
    "benford_first_two": "平均绝对偏差",
}
"""What the statistic of a test counts."""

STEPS = {
    "base_geo__division": "空间地理库：行政区划",
    "base_population__link": "人口库：记录对应",
    "base_population__person": "人口库：人员",
    "base_population__household": "人口库：家庭户",
    "topic_population__contradiction": "主题：部门说法矛盾",
    "base_legal__link": "法人库：各部门记录的归属",
    "base_legal__legal_person": "法人库：法人单位",
    "base_legal__establishment": "法人库：经营场所与分支机构",
    "base_legal__role": "法人库：法定代表人与经营者",
    "base_credit__record": "信用库：信用记录",
    "base_credit__profile": "信用库：信用画像",
    "base_licence__certificate": "电子证照库：证照",
    "base_geo__address": "空间地理库：地址",
    "base_macro__observation": "宏观经济库：观测值",
    "base_geo__outline": "空间地理库：县界",
    "base_geo__facility": "空间地理库：公共设施",
    "base_geo__grid": "空间地理库：格网",
    "base_decision__indicator": "决策支持库：指标",
    "base_decision__target": "决策支持库：目标",
    "topic_city__indicator": "主题：指标",
    "topic_authenticity__finding": "主题：真实性检查",
    "topic_authenticity__unit": "主题：受检查的单位",
    "topic_decision__driver": "辅助决策：由谁拉动",
    "topic_decision__elasticity": "辅助决策：弹性",
    "topic_decision__shift": "辅助决策：偏离份额",
    "topic_decision__target": "辅助决策：目标完成",
    "topic_decision__township": "辅助决策：人、电、水",
    "topic_plan__system": "主题：政务信息系统",
    "topic_plan__township": "主题：外网乡镇覆盖",
    "topic_plan__audit": "主题：审计抽样",
    "topic_plan__evaluation": "主题：考核",
    "topic_plan__exchange": "主题：共享交换",
    "topic_plan__measure": "主题：方案进度指标",
    "topic_plan__project": "主题：电子政务项目",
    "topic_plan__register": "主题：整合台账",
    "topic_plan__service": "主题：政务服务事项",
    "topic_plan__state": "主题：方案任务的状态变化",
    "topic_plan__task": "主题：方案任务",
    "topic_quality__conflict": "主题：部门间矛盾",
    "topic_warning__forecast": "主题：预期与预测",
    "topic_warning__signal": "主题：预警信号",
    "settle": "结算",
    "publish": "发布",
    "alert": "提醒",
}
"""Steps that are no resource."""

CHECKS = {
    "structure.exists": "信息项齐全",
    "structure.type": "类型",
    "structure.extra_columns": "多出的信息项",
    "completeness": "非空",
    "uniqueness.key": "主键不重复",
    "validity.codes": "在代码表内",
    "validity.pattern": "格式",
    "validity.range": "范围",
    "drift.hold": "分布突变",
    "drift.warn": "分布漂移",
    "volume.hold": "行数突变",
    "volume.warn": "行数异常",
    "quarantine.hold": "隔离过多",
    "quarantine.warn": "隔离偏多",
    "rows.accepted": "行数相符",
    "integrity": "摘要与签名",
    "timeliness.late": "按时报送",
}
"""Kinds of the gate's checks, by the beginning of their names."""


def step_title(step: str, titles: Mapping[str, str]) -> str:
    """What a step of the night is called; ``titles`` are the resources'."""
    return titles.get(step) or STEPS.get(step, step)


def check_title(check: str) -> str:
    """What a check of the gate looks at; its name where we have no word."""
    kinds = (check, check.rpartition(".")[0], check.partition(".")[0])
    return next((CHECKS[kind] for kind in kinds if kind in CHECKS), check)
