"""Settings that only the operation of the platform reads: Airflow's database, its schedule, how many tasks at once."""

import datetime as dt
from functools import cache
from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Operation(BaseSettings):
    """How the nights are run; environment variables TAIAN_…"""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="TAIAN_", frozen=True)

    airflow_db: SecretStr | None = Field(
        default=None,
        description="Airflow's database, postgresql+psycopg://… in production; a SQLite file under home when empty",
    )
    night_at: dt.time | None = Field(
        default=None,
        description="When the night starts by itself, in China time (production 02:00); by hand when empty",
    )
    parallel_tasks: int = Field(default=3, ge=1, description="Tasks of a night that run at once")


@cache
def operation() -> Operation:
    """The settings of this process, read once."""
    return Operation()
