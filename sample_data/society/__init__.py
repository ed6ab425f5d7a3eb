"""Utilities and how the city runs: what the water company, the telecom operators and the offices of public life
deliver.
"""

from sample_data.context import City
from sample_data.society import accident, disease, facility, food, presence, water

__all__ = ["deliver"]


def deliver(city: City) -> None:
    """Every batch of these resources up to the city's last day."""
    for part in (water, presence, disease, accident, food, facility):
        part.deliver(city)
