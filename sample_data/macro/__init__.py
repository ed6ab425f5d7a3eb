"""What the macro economy's offices hand in: investment projects, quarterly accounts, price indices, yearly targets."""

from sample_data.context import City
from sample_data.macro import accounts, prices, projects, targets

__all__ = ["deliver"]


def deliver(city: City) -> None:
    """Every resource of this package, independent of the firms' simulated economy."""
    projects.deliver(city)
    accounts.deliver(city)
    prices.deliver(city)
    targets.deliver(city)
