"""Runs the named steps of one night in this process; killed by TAIAN_KILL_AT where a test asks for it."""

import sys
from datetime import date

from jobs import night

DATE = date(2018, 6, 30)

night.begin("nightly__kills", DATE)
for name in sys.argv[1:]:
    print(night.run_step(name, DATE, "nightly__kills"))
