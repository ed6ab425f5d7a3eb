"""Makes the state folder ready for the services of docker-compose.yml: Airflow's configuration, then its tables.

``taian up`` does the same on a machine without containers. Running it again changes nothing.
"""

import os
import sys

from taian import airflow_config
from taian.errors import ProblemError
from taian.files import private_folder
from taian.services import base_environment, installation


def main() -> int:
    """Exit code 0 when the services may start, 2 and one sentence when Airflow's database could not be prepared."""
    os.umask(0o077)
    here = installation()
    for folder in (here.home / "run", here.home / "log", here.home / "spark" / "local"):
        private_folder(folder)
    airflow_config.write_config(here)
    if airflow_config.is_migrated(here):
        return 0
    try:
        airflow_config.migrate(here, base_environment(here), here.home / "log" / "airflow-migrate.log")
    except ProblemError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
