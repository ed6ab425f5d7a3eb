"""The registers of the integration plan itself: systems and their use, the cloud, the networks, websites, assessments,
who takes whose data, what was drawn for audit.
"""

from sample_data.context import City
from sample_data.governance import (
    assurance,
    audits,
    connections,
    exchange,
    ledger,
    migration,
    network,
    projects,
    shared,
    usage,
    websites,
)
from sample_data.governance.systems import make_systems

__all__ = ["deliver"]


def deliver(city: City) -> None:
    """Every batch of these registers up to the city's last day."""
    systems, common = make_systems(city), shared.make_shared(city)
    ledger.deliver(city, [*systems, *common])
    usage.deliver(city, systems, common)
    migration.deliver(city, systems)
    network.deliver(city)
    connections.deliver(city)
    websites.deliver(city)
    assurance.deliver(city, systems)
    filed = projects.deliver(city, systems)
    audits.deliver(city, filed)
    exchange.deliver(city)
