"""政务服务中心: electronic certificates with their digests and seals."""

import pandas as pd

from sample_data.context import City
from sample_data.service.certificates import deliver_certificates

__all__ = ["deliver"]


def deliver(city: City, entries: pd.DataFrame) -> None:
    """Every batch of the centre up to the city's last day; ``entries`` is the business register."""
    city.progress("电子证照")
    deliver_certificates(city, entries)
