"""The processes of the local platform: how each is started, where it listens, when it is ready.

``python -m taian.services NAME`` becomes that process; the supervisor runs exactly this, so that a restart finds no
leftovers of the process it replaces.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from taian import health
from taian.airflow_config import airflow_home, airflow_url, is_loopback, reachable
from taian.files import private_folder, size_of
from taian.leftovers import kill_service
from taian.prerequisites import java_home
from taian.settings import ROOT, Settings, settings

BIN = Path(sys.prefix) / "bin"
SMALL_LANDING = 300 << 20
"""Bytes of deliveries: the sample city at scale 0.05. The smallest one has 111 MB, whatever its scale."""


@dataclass(frozen=True)
class Service:
    """One supervised process. ``ports`` maps the setting that chooses a port to the port."""

    name: str
    title: str
    command: Callable[[], list[str]]
    ready: Callable[[], bool]
    address: str
    ports: dict[str, int] = field(default_factory=dict)
    environment: Callable[[], dict[str, str]] = dict


def installation() -> Settings:
    """The settings of this process with an absolute home, since services run in folders of their own."""
    here = settings()
    return here.model_copy(update={"home": here.home.absolute()})


def java_options_of(s: Settings) -> str:
    """Options of the engine's JVM: as set, or by how much there is to do.

    A small city is over before thorough compilation has paid for itself (`air_quality` at scale 0.01: 117 CPU seconds
    against 31); from some million rows on it halves the cost of each row. Compiling lightly alone would also shrink the
    room for compiled code from 240 to 48 MB, which a night fills: then the JVM throws away code that it needs again.
    """
    if s.spark_java_options:
        return s.spark_java_options
    is_small = size_of(s.landing) < SMALL_LANDING
    light = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
    return f"-XX:+UseParallelGC {light}" if is_small else "-XX:+UseParallelGC"


def spark_command(s: Settings) -> list[str]:
    """spark-submit of the Spark Connect server: loopback, Delta, state inside the home."""
    home = s.home / "spark"
    jars = os.pathsep.join(str(jar) for jar in sorted((ROOT / ".jars").glob("*.jar")))
    java_options = f"-Djava.net.preferIPv4Stack=true -Djava.io.tmpdir={s.home / 'tmp'} -XX:-UsePerfData"
    java_options += f" {java_options_of(s)}"
    configuration = {
        "spark.app.name": "taian",
        # Not spark.jars: executors load those apart from Spark's own classes, and cannot read Delta's tasks.
        "spark.driver.extraClassPath": jars,
        "spark.executor.extraClassPath": jars,
        "spark.driver.extraJavaOptions": java_options,
        "spark.driver.bindAddress": s.host,
        "spark.driver.host": reachable(s.host),
        "spark.connect.grpc.binding.address": s.host,
        "spark.connect.grpc.binding.port": str(s.spark_port),
        "spark.ui.enabled": "false",
        # Without that page, the plans of a thousand finished queries are only so much heap.
        "spark.sql.ui.retainedExecutions": "10",
        "spark.ui.retainedJobs": "10",
        "spark.ui.retainedStages": "10",
        "spark.local.dir": str(home / "local"),
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.shuffle.partitions": "4",
        # Clearing old files lists the folders of a table in this many tasks; by itself in 10,000.
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "8",
        "spark.sql.session.timeZone": "Asia/Shanghai",
    }
    command = [str(BIN / "spark-submit"), "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command += ["--master", s.spark_master or f"local[{s.spark_cores}]", "--driver-memory", s.spark_memory]
    for key, value in configuration.items():
        command += ["--conf", f"{key}={value}"]
    return [*command, "spark-internal"]


def spark_environment(s: Settings) -> dict[str, str]:
    """What the server and its Python workers need; the workers use this same environment."""
    return {
        "JAVA_HOME": str(java_home()),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": reachable(s.host),
        "SPARK_LAUNCHER_OPTS": "-XX:-UsePerfData",
        "SPARK_LOG_DIR": str(s.home / "log"),
    }


def _airflow(*arguments: str) -> Callable[[], list[str]]:
    return lambda: [str(BIN / "airflow"), *arguments]


def _module(name: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, "-m", name]


def catches_mail(s: Settings) -> bool:
    """True when mail ends in the local catcher: no mail server is named."""
    return s.smtp_port is None and is_loopback(s.smtp_host)


def services(s: Settings) -> tuple[Service, ...]:
    """The processes of this installation, in the order in which they start.

    Spark Connect is left out when SPARK_REMOTE names a cluster, the mail catcher when SMTP_* names a mail server.
    """
    host, api = reachable(s.host), airflow_url(s)
    api_server = ("api-server", "--host", s.host, "--port", str(s.airflow_port), "--workers", "1")
    found = [
        Service(
            "airflow-api",
            "Airflow API server",
            _airflow(*api_server),
            lambda: health.answers(f"{api}/api/v2/monitor/health"),
            api,
            {"TAIAN_AIRFLOW_PORT": s.airflow_port},
        ),
        Service(
            "airflow-dag-processor",
            "Airflow DAG processor",
            _airflow("dag-processor"),
            lambda: health.airflow_part(api, "dag_processor"),
            "",
        ),
        # The scheduler's log server would listen on every address; the API server reads the same files itself.
        Service(
            "airflow-scheduler",
            "Airflow scheduler",
            _airflow("scheduler", "--skip-serve-logs"),
            lambda: health.airflow_part(api, "scheduler"),
            "",
        ),
        Service(
            "web",
            "Web application",
            _module("dashboards"),
            lambda: health.answers(f"http://{host}:{s.web_port}/healthz"),
            f"http://{host}:{s.web_port}",
            {"TAIAN_WEB_PORT": s.web_port},
        ),
        Service("alerts-sender", "Mail sender", _module("taian.sender"), lambda: health.mail_moves(s), ""),
    ]
    if catches_mail(s):
        page = f"http://{host}:{s.mail_page_port}"
        ports = {"TAIAN_MAIL_PORT": s.mail_port, "TAIAN_MAIL_PAGE_PORT": s.mail_page_port}
        mail = Service(
            "mail",
            "Mail catcher",
            _module("taian.mailbox"),
            lambda: health.connects(host, s.mail_port) and health.answers(f"{page}/"),
            page,
            ports,
        )
        found.insert(0, mail)
    if s.spark_remote is None:
        spark = Service(
            "spark-connect",
            "Spark Connect",
            lambda: spark_command(s),
            lambda: health.connects(host, s.spark_port),
            f"sc://{host}:{s.spark_port}",
            {"TAIAN_SPARK_PORT": s.spark_port},
            lambda: spark_environment(s),
        )
        found.insert(0, spark)
    return tuple(found)


def base_environment(s: Settings) -> dict[str, str]:
    """What every process of the platform gets: our code and Airflow's home; state and scratch inside the home."""
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    scratch = private_folder(s.home / "tmp")
    own = {
        "TAIAN_HOME": str(s.home),
        "AIRFLOW_HOME": str(airflow_home(s)),
        "PYTHONPATH": str(ROOT),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "TMPDIR": str(scratch),
        "MPLCONFIGDIR": str(scratch),
        # A process that rewrites its title must leave its environment readable: leftovers are recognised by it.
        "SPT_NOENV": "1",
    }
    return {**inherited, **own}


def become(name: str) -> None:
    """Replace this process by the service; first end what an earlier, killed one left behind."""
    s = installation()
    os.umask(0o077)
    service = {each.name: each for each in services(s)}[name]
    kill_service(s.home, name)
    folder = private_folder(s.home / ("spark" if name == "spark-connect" else "run"))
    os.chdir(folder)
    environment = {**base_environment(s), **service.environment(), "TAIAN_SERVICE": name}
    command = service.command()
    os.execve(command[0], command, environment)


if __name__ == "__main__":
    become(sys.argv[1])
