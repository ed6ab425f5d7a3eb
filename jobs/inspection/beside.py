"""What decides the findings beside published rows: the inspectors' verdicts, and which refused rows are still kept."""

from datetime import date

from alerts import verdicts
from jobs import lake

REFUSED = "quarantine__resident"


def fingerprint(business_date: date) -> str:
    """Changes when a verdict that counts on the date does, or when refused residents come or are cleared away."""
    return f"{verdicts.fingerprint(business_date)} {lake.state(REFUSED)}"
