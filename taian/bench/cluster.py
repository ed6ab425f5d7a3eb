"""``taian bench cluster``: the same night on this machine's cores and on a standalone Spark cluster, table by table."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from taian.bench.night import NightFigures, run_night, share_landing
from taian.bench.nightly import DAY, NONE, city_of
from taian.bench.place import free_ports, own_engine, scratch_place, use_home, wait_for
from taian.bench.report import Measure, measure
from taian.files import private_folder
from taian.leftovers import kill, owned
from taian.services import BIN, base_environment, installation, spark_environment
from taian.settings import settings

WORKERS = 2
WORKER_MEMORY = "2g"
HOST = "127.0.0.1"
DEPLOY = "org.apache.spark.deploy"
Say = Callable[[str], None]
Digests = Mapping[str, tuple[int, str]]
"""Rows and content hash of each table (jobs.lake.digest)."""


def bench_cluster(home: Path, scale: float, say: Say) -> list[Measure]:
    """Both nights in scratch homes below ``home``, which are removed; the city is kept for the next time."""
    with scratch_place(home) as scratch:
        city = city_of(home, scale, say)
        alone = _night(city, scratch / "alone", say, "on this machine's cores")
        with _own_cluster():
            spread = _night(city, scratch / "cluster", say, f"on a master with {WORKERS} workers")
    return cluster_measures(alone, spread, say)


def _night(city: Path, home: Path, say: Say, where: str) -> tuple[NightFigures, Digests]:
    use_home(home)
    share_landing(city, home)
    with own_engine():
        say(f"Night of {DAY} {where}")
        figures = run_night(DAY, say)
        return figures, _digests()


def _digests() -> Digests:
    from jobs import lake

    return {name: lake.digest(name) for name in lake.tables() if name not in lake.TECHNICAL}


def cluster_measures(
    alone: tuple[NightFigures, Digests], spread: tuple[NightFigures, Digests], say: Say
) -> list[Measure]:
    """Tables of both, those that differ, failed steps, and the seconds of each night."""
    (here, ours), (there, theirs) = alone, spread
    differing = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    for name in differing:
        say(f"differs: {name}: {ours.get(name)} on this machine, {theirs.get(name)} on the cluster")
    return [
        measure("tables", len(ours), "tables"),
        measure("rows", sum(rows for rows, _ in ours.values()), "rows"),
        measure("tables_that_differ", len(differing), "tables", NONE),
        measure("failed_steps", len([*here.failed, *there.failed]), "steps", NONE),
        measure("seconds.alone", here.seconds, "s"),
        measure("seconds.cluster", there.seconds, "s"),
    ]


@contextmanager
def _own_cluster() -> Iterator[None]:
    """A standalone master with workers of one core on this machine, gone at the end; engines started meanwhile use it.

    Executors are processes of their own and share nothing with the driver but the files below the home, as on machines
    of their own that mount it.
    """
    s = installation()
    port, log = free_ports(1)[0], private_folder(s.home / "log") / "spark-cluster.log"
    master = f"spark://{HOST}:{port}"
    environment = {**base_environment(s), **spark_environment(s), "TAIAN_SERVICE": "spark-cluster"}

    def start(role: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [str(BIN / "spark-class"), f"{DEPLOY}.{role}", *arguments]
        with log.open("ab") as out:
            return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    try:
        wait_for(start("master.Master", "--host", HOST, "--port", str(port), "--webui-port", "0"), HOST, port, log)
        for number in range(WORKERS):
            folder = private_folder(s.home / f"worker-{number}")
            sizes = ("--cores", "1", "--memory", WORKER_MEMORY, "--webui-port", "0")
            start("worker.Worker", "--host", HOST, *sizes, "--work-dir", str(folder), master)
        os.environ["TAIAN_SPARK_MASTER"] = master
        settings.cache_clear()
        yield
    finally:
        os.environ.pop("TAIAN_SPARK_MASTER", None)
        settings.cache_clear()
        kill([each.process for each in owned(s.home) if each.service == "spark-cluster"])
