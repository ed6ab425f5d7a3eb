"""Whether a night has anything to mail to people who asked for it."""

from taian.mine import thresholds
from taian.settings import Settings


def is_anything_asked(config: Settings) -> bool:
    """Whether anybody has a threshold of his own: without, a night need not start a program for it."""
    return bool(thresholds.listed(config))
