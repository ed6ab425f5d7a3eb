"""How numbers and months are said in a sentence that an inspector reads aloud."""


def money(ten_thousand_yuan: float) -> str:
    """万元, or 亿元 from a hundred million yuan on: ``123.4万元``, ``1.23亿元``."""
    value = ten_thousand_yuan
    return f"{value / 10_000:,.2f}亿元" if abs(value) >= 10_000 else f"{value:,.1f}万元"


def month(period: str) -> str:
    """``2018-02`` as 2018年1-2月 (January is not reported and February holds both), any other as 2018年6月."""
    year, number = int(period[:4]), int(period[5:7])
    return f"{year}年1-2月" if number == 2 else f"{year}年{number}月"


def span(first: str, last: str) -> str:
    """``2017年3月至2018年6月``; a single month alone."""
    return month(first) if first == last else f"{month(first)}至{month(last)}"


def interval(first: str, last: str) -> str:
    """The period of a finding: one month, or first and last with a slash."""
    return first if first == last else f"{first}/{last}"


def number(value: float) -> str:
    """Any quantity: 万 and 亿 from ten thousand on, else as many digits as say something."""
    for size, name in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.2f}".rstrip("0").rstrip(".") + name
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}".rstrip("0").rstrip(".")
