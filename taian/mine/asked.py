"""Whether a night has anything to mail to people who asked for it."""

from taian.mine import thresholds, views
from taian.settings import Settings


def is_anything_asked(config: Settings) -> bool:
    """Whether anybody has a threshold of his own or a view mailed: for nobody a night need not start a program."""
    return bool(thresholds.listed(config) or views.mailed(config))
