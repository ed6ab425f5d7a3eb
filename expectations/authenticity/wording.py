"""How numbers and periods are said in a sentence that an inspector reads aloud."""


def interval(first: str, last: str) -> str:
    """The period of a finding: one period, or first and last with a slash."""
    return first if first == last else f"{first}/{last}"


def number(value: float) -> str:
    """Any quantity: 万 and 亿 from ten thousand on, else as many digits as say something."""
    for size, name in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.2f}".rstrip("0").rstrip(".") + name
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}".rstrip("0").rstrip(".")


def quantity(value: float, measure: str) -> str:
    """A figure with its measure: 1.84亿元 for 18,400 万元, 3.2万千瓦时; without one as it stands."""
    return f"{number(value * 1e4)}元" if measure == "万元" else number(value) + measure


def part(share: float) -> str:
    """A share as a percentage; what is not nothing is not called so."""
    return f"{share:.0%}" if share >= 0.005 or share == 0 else "1%以下"
