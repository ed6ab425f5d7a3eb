"""One night on a Spark cluster, held table by table against the same night of the local engine.

``python tests/night/cluster.py`` (``make cluster``): a standalone master and two workers of one core each on this
machine. Each engine takes the same deliveries into a home of its own; exit code 1 when a table differs, when a step
failed, or when one of the workers had nothing to do. ``--all`` takes every resource of the catalogue.
"""

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from conftest import DATE, SCALE
from soak import RESOURCES, catalogue

from taian.bench.night import make_city, run_night, share_landing
from taian.bench.place import START_SECONDS, free_ports, own_engine, own_place, use_home
from taian.files import private_folder
from taian.services import base_environment, installation, spark_environment
from taian.settings import settings

WITH_SHAPES = ("boundary", "standard_address")
"""Resources whose rows go through Python workers."""
WORKERS = 2
MEMORY = "1g"


def spark_class(name: str, folder: Path, *arguments: str, **more: str) -> "subprocess.Popen[bytes]":
    """A daemon of the cluster, in the foreground; it writes its log into ``folder``."""
    here = installation()
    environment = {**base_environment(here), **spark_environment(here), "SPARK_NO_DAEMONIZE": "1", **more}
    command = [str(Path(sys.prefix) / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
    with (private_folder(folder) / "daemon.log").open("ab") as log:
        return subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A master and its workers on loopback; yields the master's address."""
    port, page = free_ports(2)
    where = f"spark://127.0.0.1:{port}"
    place = ("--host", "127.0.0.1")
    daemons = [spark_class("master.Master", folder / "master", *place, "--port", str(port), "--webui-port", str(page))]
    for number in range(WORKERS):
        own = folder / f"worker-{number}"
        limits = ("--cores", "1", "--memory", MEMORY, "--work-dir", str(own), "--webui-port", "0")
        daemons.append(spark_class("worker.Worker", own, *place, *limits, where))
    try:
        yield where
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            daemon.wait(timeout=START_SECONDS)


def tasks_of(folder: Path) -> list[int]:
    """Tasks that each worker's executors finished."""
    logs = [sorted((folder / f"worker-{number}").glob("app-*/*/stderr")) for number in range(WORKERS)]
    return [sum(log.read_text(errors="replace").count("Finished task") for log in found) for found in logs]


def tables(home: Path, landing: Path) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """The tables of a night in ``home`` with the engine of the settings, and the steps that failed."""
    share_landing(landing.parent, home)
    use_home(home)
    with own_engine():
        from jobs import lake
        from jobs.session import spark

        found = run_night(date.fromisoformat(DATE), lambda line: print(f"  {line}", flush=True))
        names = sorted(path.name for path in settings().lake.iterdir() if (path / "_delta_log").is_dir())
        # What a run says of itself has its clock in it.
        return {name: lake.digest(spark(), name) for name in names if not name.startswith("meta__")}, found.failed


def compare(folder: Path, seed: int, everything: bool) -> bool:
    """Run both nights; True when the cluster made the same tables and both workers worked."""
    day, city = date.fromisoformat(DATE), folder / "city"
    make_city(city, float(SCALE), seed, day)
    with own_place(folder / "place"):
        if not everything:
            os.environ["TAIAN_CATALOG_DIR"] = str(catalogue(folder / "catalog", (*RESOURCES, *WITH_SHAPES)))
        print("local engine", flush=True)
        expected, failed = tables(folder / "local", city / "landing")
        with cluster(folder / "cluster") as master:
            os.environ |= {"TAIAN_SPARK_MASTER": master, "TAIAN_SPARK_MEMORY": MEMORY}
            print(f"cluster {master}", flush=True)
            found, failed_there = tables(folder / "there", city / "landing")
    differing = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    tasks = tasks_of(folder / "cluster")
    said = {"seed": seed, "tables": len(expected), "differ": differing, "failed": failed + failed_there, "tasks": tasks}
    print(json.dumps(said, ensure_ascii=False))
    return not differing and not failed and not failed_there and min(tasks) > 0


def main() -> int:
    """Compare once; what was made stays for a look when something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every resource of the catalogue")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    if not compare(folder, options.seed, options.all):
        print(f"look into {folder}", flush=True)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
