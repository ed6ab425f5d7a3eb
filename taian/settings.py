"""Settings of the platform: environment variables (TAIAN_…) that are not empty, then taian.toml, then these
defaults.

Every listener stands on 127.0.0.1 unless told otherwise; secrets have no default.
"""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from taian.errors import ProblemError

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """One installation: where its state lives, where it listens, whom it writes to."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="TAIAN_", env_ignore_empty=True, toml_file=ROOT / "taian.toml", frozen=True, extra="forbid"
    )

    home: Path = Field(default=ROOT / "var", description="All state: landing, lake, serving, airflow, alerts.db, mail")
    catalog_dir: Path = Field(default=ROOT / "catalog", description="The resource catalogue that drives the pipeline")
    host: str = Field(default="127.0.0.1", description="Address of every listener")
    web_port: int = Field(default=8050, description="Web application")
    airflow_port: int = Field(default=8080, description="Airflow's API server")
    spark_port: int = Field(default=15002, description="Spark Connect")
    mail_port: int = Field(default=1025, description="Mail catcher, SMTP")
    mail_page_port: int = Field(default=8025, description="Mail catcher, page")
    spark_remote: str | None = Field(
        default=None,
        validation_alias="SPARK_REMOTE",
        description="Spark Connect address of a cluster; local when empty",
    )
    spark_master: str | None = Field(
        default=None,
        description="Master of the Spark cluster that computes for the local server; this machine's cores when empty",
    )
    spark_memory: str = Field(default="3g", description="Heap of the local Spark Connect server")
    spark_java_options: str | None = Field(
        default=None,
        description="Options of its JVM; chosen by the size of landing when empty (little deliveries compile lightly)",
    )
    spark_cores: int = Field(default=2, description="Cores of the local Spark Connect server")
    airflow_db: SecretStr | None = Field(
        default=None,
        description="Airflow's database, postgresql+psycopg://… in production; a SQLite file under home when empty",
    )
    night_at: dt.time | None = Field(
        default=None,
        description="When the night starts by itself, in China time (production 02:00); by hand when empty",
    )
    parallel_tasks: int = Field(default=3, ge=1, description="Tasks of a night that run at once")
    jdbc_urls: dict[str, str] = Field(
        default_factory=dict,
        description="JDBC address per source named in a declaration; a SQLite file in landing when absent",
    )
    smtp_host: str = Field(default="127.0.0.1", validation_alias="SMTP_HOST", description="Mail server")
    smtp_port: int | None = Field(
        default=None, validation_alias="SMTP_PORT", description="Mail server's port; the mail catcher's when empty"
    )
    smtp_user: str | None = Field(default=None, validation_alias="SMTP_USER", description="Mail account")
    smtp_password: SecretStr | None = Field(default=None, validation_alias="SMTP_PASSWORD", description="Its password")
    smtp_starttls: bool = Field(default=False, validation_alias="SMTP_STARTTLS", description="Encrypt the connection")
    oidc_issuer: str | None = Field(default=None, description="Provider for sign-in elsewhere: its issuer address")
    oidc_client_id: str | None = Field(default=None, description="What that provider calls us")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Our secret with that provider")
    oidc_claim: str = Field(default="preferred_username", description="Claim that names the account here")
    mail_from: str = Field(default="platform@taian.invalid", description="Sender of the digests")
    mail_statistics: str = Field(default="tongjiju@taian.invalid", description="Statistics bureau 统计局")
    mail_auditor: str = Field(
        default="shenjiju@taian.invalid", description="Audit office 审计局: head of the audit log"
    )
    mail_leaders: str = Field(
        default="shizhengfu@taian.invalid", description="Leaders 市领导: the brief of each morning"
    )
    mail_duty: str = Field(default="zhibanshi@taian.invalid", description="Duty officer 值班室: warnings")
    mail_leading: str = Field(default="zhuanxiangxiaozu@taian.invalid", description="Leading group 专项小组: 督办")
    mail_account_domain: str = Field(
        default="taian.invalid", description="What accounts asked for is mailed to <account>@domain"
    )
    webhooks: list[str] = Field(
        default_factory=list,
        description="Web addresses (https) that are told of warnings as the duty officer is, as a JSON list",
    )
    webhook_secret: SecretStr | None = Field(default=None, description="What the webhooks are signed with")
    mail_operator: str = Field(default="yunwei@taian.invalid", description="Operator of the platform")
    mail_owner_domain: str = Field(default="taian.invalid", description="Owners are written to as <provider>@domain")
    public_url: str = Field(
        default="http://127.0.0.1:8050",
        description="Address of the web application in mails; with https:// also the name a proxy of this machine uses",
    )
    session_idle_minutes: int = Field(default=30, ge=1, le=1440, description="A session ends after so long without use")
    session_hours: int = Field(default=12, ge=1, le=168, description="A session ends after so long in any case")
    boundary_statement: str = Field(default="", description="审图号 of the configured boundary, shown under maps")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the file beside the project."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def landing(self) -> Path:
        """Where departments' deliveries arrive."""
        return self.home / "landing"

    @property
    def lake(self) -> Path:
        """Delta tables, one folder a table."""
        return self.home / "lake"

    @property
    def journal(self) -> Path:
        """What was delivered, decided and committed (SQLite)."""
        return self.home / "lake" / "_journal.db"

    @property
    def serving(self) -> Path:
        """Read-only DuckDB files for the web, and CURRENT.json that names the night's."""
        return self.home / "serving"

    @property
    def lineage(self) -> Path:
        """OpenLineage events, one folder a business date and one file a step."""
        return self.home / "lineage"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' Data Docs of the last night's inspection, one site a book."""
        return self.home / "data_docs"

    @property
    def alerts_db(self) -> Path:
        """Cases, notifications and their outbox (SQLite)."""
        return self.home / "alerts.db"

    @property
    def accounts_db(self) -> Path:
        """Accounts, sessions and failed sign-ins (SQLite)."""
        return self.home / "accounts.db"

    @property
    def mine_db(self) -> Path:
        """What people keep for themselves: saved views, thresholds, notes (SQLite)."""
        return self.home / "mine.db"

    @property
    def mail(self) -> Path:
        """Messages the local catcher received."""
        return self.home / "mail"

    @property
    def remote(self) -> str:
        """Spark Connect address in use: the cluster's, or the local server's."""
        return self.spark_remote or f"sc://{self.host}:{self.spark_port}"


@cache
def settings() -> Settings:
    """The settings of this process, read once. Raises ProblemError when taian.toml is no text."""
    try:
        return Settings()
    except UnicodeDecodeError as error:
        raise ProblemError(
            f"taian.toml is not UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8."
        ) from error
