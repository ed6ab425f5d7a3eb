"""Kills processes of running nights at random moments, and asks each night to end in the tables of an undisturbed one.

``python tests/night/soak.py --kills 20`` (``make soak``); ``--seed`` repeats the order of kills, though not their exact
moments. Every process of the platform may be hit, the JVM, the supervisor and the command that watches the night
included. After each kill the same command is given again, as an operator would.
"""

import argparse
import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
from conftest import DATE, ROOT, TAIAN, Platform

from taian.bench.place import free_ports
from taian.leftovers import owned

RESOURCES = ("division", "resident", "enterprise_registration", "fiscal", "license", "penalty", "dishonest_debtor")
"""Enough for four bases and the indicators; a catalogue of only these leaves nothing that waits for other data."""
PORTS = ("WEB_PORT", "AIRFLOW_PORT", "SPARK_PORT", "MAIL_PORT", "MAIL_PAGE_PORT")
KILLS_A_NIGHT = 4
TRIES = 12


def catalogue(folder: Path) -> Path:
    """The catalogue, with these resources alone."""
    (folder / "resources").mkdir(parents=True)
    (folder / "lists").symlink_to(ROOT / "catalog" / "lists", target_is_directory=True)
    for name in RESOURCES:
        shutil.copy(ROOT / "catalog" / "resources" / f"{name}.yaml", folder / "resources")
    return folder


def platform(home: Path, landing: Path, catalog: Path) -> Platform:
    """A platform of its own over the same deliveries."""
    home.mkdir(mode=0o700)
    (home / "landing").mkdir()
    for name in RESOURCES:
        (home / "landing" / name).symlink_to(landing / name, target_is_directory=True)
    ports = {f"TAIAN_{name}": str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)}
    return Platform(
        home,
        {**os.environ, **ports, "TAIAN_HOME": str(home), "TAIAN_CATALOG_DIR": str(catalog), "PYTHONPATH": str(ROOT)},
    )


def watched(place: Platform) -> "subprocess.Popen[bytes]":
    """The command of the night, in the background."""
    log = (place.home / "soak.log").open("ab")
    return subprocess.Popen([TAIAN, "nightly", "--date", DATE], env=place.environment, cwd=ROOT, stdout=log, stderr=log)


def strike(place: Platform, command: "subprocess.Popen[bytes]", rng: random.Random) -> str:
    """Kill one process of the platform, or the command itself; its name."""
    victims = sorted((each.service, each.process.pid) for each in owned(place.home))
    service, pid = rng.choice([*victims, ("taian nightly", command.pid)])
    try:
        psutil.Process(pid).kill()
    except psutil.NoSuchProcess:
        return f"{service} (gone already)"
    return service


def disturbed(place: Platform, seconds: float, most: int, rng: random.Random) -> int:
    """One night with at most ``most`` kills; how many it took. RuntimeError when it does not end well after all."""
    kills = 0
    for _ in range(TRIES + most):
        command = watched(place)
        while kills < most:
            try:
                command.wait(timeout=rng.uniform(0.5, seconds / KILLS_A_NIGHT))
                break
            except subprocess.TimeoutExpired:
                kills += 1
                print(f"  kill {kills}: {strike(place, command, rng)}", flush=True)
        if command.wait() == 0:
            return kills
    raise RuntimeError(f"the night did not end well: read {place.home / 'soak.log'}")


def night(place: Platform, seconds: float, most: int, rng: random.Random) -> tuple[int, dict[str, str]]:
    """A night from an empty lake with kills; how many, and the tables it ended in."""
    try:
        kills = disturbed(place, seconds, most, rng)
        place.taian("up")
        return kills, place.digests()
    finally:
        place.taian("down", check=False)


def soak(kills: int, seed: int, folder: Path) -> int:
    """Kill until there were enough; the number of nights that ended in other tables."""
    rng, city, catalog = random.Random(seed), folder / "city", catalogue(folder / "catalog")
    making = [sys.executable, "-m", "sample_data.city", "--scale", "0.002", "--seed", str(seed), "--until", DATE]
    subprocess.run([*making, "--out", str(city)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    began = time.monotonic()
    _, expected = night(platform(folder / "undisturbed", city / "landing", catalog), 0, 0, rng)
    seconds = time.monotonic() - began
    print(f"undisturbed: {len(expected)} tables in {seconds:.0f} s", flush=True)
    done = wrong = number = 0
    while done < kills:
        number += 1
        home = folder / f"night-{number}"
        hit, found = night(platform(home, city / "landing", catalog), seconds, min(KILLS_A_NIGHT, kills - done), rng)
        done += hit
        differing = sorted(name for name in expected if found.get(name) != expected[name])
        print(f"night {number}: {hit} kills, {len(differing)} tables differ {differing}", flush=True)
        wrong += bool(differing)
        shutil.rmtree(home, ignore_errors=not differing)
    print(json.dumps({"kills": done, "nights": number, "nights_that_differ": wrong, "seed": seed}))
    return wrong


def main() -> int:
    """Run the soak; exit code 1 when a night ended in other tables. What was made stays for a look when one did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    wrong = soak(options.kills, options.seed, folder)
    if not wrong:
        shutil.rmtree(folder)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
