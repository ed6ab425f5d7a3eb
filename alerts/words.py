"""The Chinese words of mails and case lists, and text made safe to print in them."""

import re
import unicodedata

PLATFORM = "平台"
"""Who acts when nobody did: the night itself."""

FAMILY_TITLES: dict[str, str] = {
    "dispersion": "离散程度异常",
    "round_share": "凑整比例",
    "duplicate": "重复与雷同",
    "underdispersion": "波动过小",
    "cross_source": "跨来源不符",
    "identity": "分项合计不平衡",
    "revision": "修订与突变",
    "copied_growth": "增速雷同",
    "bunching": "门槛附近聚集",
    "same_source": "同源代填",
    "number_bunching": "数字聚集",
    "digits": "数字分布",
    "outlier": "离群值",
    "multivariate": "多变量异常",
}

STRENGTH_TITLES: dict[str, str] = {
    "weak": "弱",
    "strong": "强",
    "held": "待核",
    "rejected": "整批拒收",
    "late": "逾时未完成",
    "missing": "没有运行",
    "failed": "有步骤失败",
    "red": "红",
    "orange": "橙",
    "yellow": "黄",
    "blue": "蓝",
    "soon": "未到期",
    "today": "到期",
    "past": "逾期",
    "raised": "已上报",
}
"""How bad a case is, as its history says it."""

DELIVERY_TITLES: dict[str, str] = {
    "published": "已发布",
    "published_flagged": "已发布·有提示",
    "held": "待核未发布",
    "rejected": "整批拒收",
    "duplicate": "重复报送",
    "replaced": "已被更正",
}
"""What became of a batch."""

STATE_TITLES: dict[str, str] = {
    "open": "待受理",
    "acknowledged": "已受理",
    "assigned": "核查中",
    "heard": "已陈述申辩",
    "confirmed": "属实",
    "dismissed": "排除",
    "transferred": "已移送",
    "closed": "已办结",
}

ACTION_TITLES: dict[str, str] = {
    "acknowledge": "受理",
    "assign": "分派",
    "hear": "记录陈述申辩",
    "confirm": "认定属实",
    "dismiss": "排除",
    "transfer": "移送",
    "close": "办结",
    "reopen": "重新打开",
    "assess": "研判",
    "publish": "审批发布",
    "sign": "签收",
    "dispatch": "派发",
    "feedback": "处置反馈",
    "review": "复核",
    "escalate": "升级",
    "lower": "降级",
    "lift": "解除",
    "archive": "归档",
    "silence": "静默",
    "reply": "答复进展",
    "assist": "配合部门答复",
    "prove": "报告完成",
    "ask": "申请延期",
    "grant": "同意延期",
    "refuse": "不同意延期",
    "return": "退回",
}

EVENT_TITLES: dict[str, str] = {
    **ACTION_TITLES,
    "opened": "立案",
    "recorded": "补立",
    "reopened": "重新打开",
    "joined": "并入疑点",
    "seen_closed": "办结后再次出现",
    "strength": "程度变化",
    "overdue": "逾期",
    "noted": "情况变化",
    "reminded": "到期前提醒",
    "due": "到期提醒",
    "raised": "上报专项小组",
    "told": "邮件告知",
}
"""What happened to a case."""

KIND_TITLES: dict[str, str] = {
    "finding": "疑点线索",
    "hand": "手工线索",
    "drawn": "双随机抽查",
    "delivery": "批次",
    "night": "夜间批次",
    "warning": "预警",
    "duty": "督办",
}
"""What a case is about."""

WARNING_TITLES: dict[str, str] = {
    "open": "待研判",
    "assessed": "待发布",
    "published": "待签收",
    "signed": "待派发",
    "dispatched": "处置中",
    "answered": "待复核",
    "reviewed": "已复核",
    "lifted": "已解除",
    "closed": "已归档",
}
"""What the state of a warning is called: what it waits for."""

DUTY_TITLES: dict[str, str] = {
    "open": "待答复",
    "answered": "已答复",
    "proved": "已报完成",
    "asked": "延期待批",
    "closed": "已销号",
}
"""What the state of a duty is called."""

# An identity number (of 18 or, before 1999, 15 digits), a credit code or a mobile number standing alone; batch ids and
# digests are longer or hyphenated.
_IDENTIFIER = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|[1-8]\d{14}|[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}|1[3-9]\d{9})"
    r"(?![0-9A-Za-z])"
)


def state_title(state: str, kind: str) -> str:
    """What the state of a case is called; a batch is given to somebody, not inspected."""
    if kind == "warning":
        return WARNING_TITLES.get(state, state)
    if kind == "duty":
        return DUTY_TITLES.get(state, state)
    return "已分派" if state == "assigned" and kind in ("delivery", "night") else STATE_TITLES.get(state, state)


def one_line(text: str) -> str:
    """``text`` without line breaks, control and invisible characters: safe in a header, a table cell, a terminal."""
    if not text.isprintable():  # most are, and the whole log is read with a look at it
        text = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join(text.split())


def without_identifiers(text: str) -> str:
    """``text`` on one line with identity numbers, credit codes and mobile numbers struck out."""
    return _IDENTIFIER.sub("［已隐去］", one_line(text))


def reason(message: str, title: str, batch: str) -> str:
    """A sentence of the gate without the batch's own name before it and without the remedy, which stands beside it."""
    said = message.removeprefix(f"{title} {batch}：").partition("；处理办法：")[0]
    return said if not said or said.endswith("。") else f"{said}。"


def count(number: int | None) -> str:
    """A number of rows as people read it; unknown is a dash, never 0."""
    return "—" if number is None else f"{number:,}"


def family_title(family: str) -> str:
    """The Chinese title of a family of tests; its code where it has none."""
    return FAMILY_TITLES.get(family, one_line(family))
