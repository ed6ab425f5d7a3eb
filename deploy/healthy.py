"""The health check of a container: ``python deploy/healthy.py SERVICE`` ends with 0 when the service does its work.

It asks what ``taian status`` asks.
"""

import sys

from taian.services import installation, services


def is_healthy(name: str) -> bool:
    """Whether the service of that name works. Raises KeyError for a name that this installation does not run."""
    return {service.name: service for service in services(installation())}[name].ready()


if __name__ == "__main__":
    sys.exit(0 if is_healthy(sys.argv[1]) else 1)
