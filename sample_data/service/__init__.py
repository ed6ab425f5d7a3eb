"""政务服务中心: electronic certificates with their digests and seals, service items, and the cases handled."""

import pandas as pd

from sample_data.context import City
from sample_data.service.cases import applicants_of, deliver_cases
from sample_data.service.certificates import deliver_certificates
from sample_data.service.items import deliver_items, make_items
from sample_data.service.platform import tell

__all__ = ["deliver"]


def deliver(city: City, entries: pd.DataFrame) -> None:
    """Every batch of the centre up to the city's last day; ``entries`` is the business register."""
    city.progress("电子证照")
    holders = deliver_certificates(city, entries)
    city.progress("政务服务事项与办件")
    items = make_items(city)
    is_known = deliver_items(city, items)
    deliver_cases(city, items, is_known, applicants_of(holders))
    tell(city)
