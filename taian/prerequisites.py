"""What the machine must offer before anything is installed or started: JDK, free ports, disk. Standard library only.

It runs before the environment exists, so nothing here may import a dependency. Each missing thing is one sentence
that names it and what mends it.
"""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

JDK_VERSIONS = (17, 21)
"""Spark 4.2 runs on these; it needs the module jdk.incubator.vector, which full JDKs and Debian's JREs carry."""

DISK_GIB = 6
"""Environment 2.5 GiB, its download cache shared with it, the sample city and the lake of a night."""


class MissingError(Exception):
    """A prerequisite is missing; the message is one sentence that names it and the remedy."""


def java_major(java: Path) -> int | None:
    """Major version of a ``java`` executable, None when it does not run."""
    try:
        done = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_java_version(done.stderr + done.stdout)


def parse_java_version(text: str) -> int | None:
    """Major version from the answer of ``java -version`` (``"17.0.15"`` is 17, ``"1.8.0_402"`` is 8)."""
    found = re.search(r'version "(\d+)(?:\.(\d+))?', text)
    if not found:
        return None
    major = int(found.group(1))
    return int(found.group(2)) if major == 1 and found.group(2) else major


def _java_candidates() -> list[Path]:
    """Where a JDK may be: JAVA_HOME, the search path, then the usual folders."""
    candidates = [Path(os.environ["JAVA_HOME"]) / "bin" / "java"] if os.environ.get("JAVA_HOME") else []
    if on_path := shutil.which("java"):
        candidates.append(Path(on_path))
    candidates += sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    candidates += sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home/bin/java"))
    return candidates


def find_java() -> Path | None:
    """The first usable JDK's home (17 or 21), None when the machine has none."""
    for java in _java_candidates():
        if java_major(java) in JDK_VERSIONS:
            return java.resolve().parent.parent
    return None


def java_home() -> Path:
    """The JDK to run Spark with. Raises MissingError when there is none."""
    home = find_java()
    if home is None:
        raise MissingError(
            "No JDK 17 or 21 was found: install one (Debian, Ubuntu: apt-get install openjdk-17-jre-headless) "
            "or set JAVA_HOME to it."
        )
    return home


def port_taken(host: str, port: int) -> bool:
    """Whether another process listens at this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def check_ports(host: str, ports: dict[str, int]) -> None:
    """Raises MissingError for the first port that is taken; ``ports`` maps the setting's name to its port."""
    for setting, port in ports.items():
        if port_taken(host, port):
            raise MissingError(
                f"Port {port} on {host} is taken by another program: "
                f"stop it (ss -ltnp 'sport = :{port}' names it) or choose another with {setting}."
            )


def check_disk(path: Path, gib: float) -> None:
    """Raises MissingError when the file system of ``path`` has less than ``gib`` GiB left."""
    existing = path
    while not existing.exists():
        existing = existing.parent
    free = shutil.disk_usage(existing).free / 2**30
    if free < gib:
        raise MissingError(
            f"The disk of {existing} has {free:.1f} GiB left and {gib:g} GiB are needed: "
            "free some, or move the checkout."
        )


def apt_usable() -> bool:
    """Whether packages may be installed here without asking: root on Debian or Ubuntu."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and Path("/etc/debian_version").exists()


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages; False when apt could not."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    for attempt in (install, ["apt-get", "update"], install):
        done = subprocess.run(
            attempt, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
        if attempt is install and done.returncode == 0:
            return True
    return False
