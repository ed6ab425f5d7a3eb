"""Sets up a fresh clone: prerequisites first, then .venv from requirements.lock, then the jars of jars.lock.

Run by ``make`` with the machine's own Python; standard library only. What is there already is left alone.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells an older Python so
    sys.stderr.write(
        "Python 3.11 or newer is needed and this is "
        + sys.version.split()[0]
        + ": install one and run make PYTHON=python3.11 with its name.\n"
    )
    sys.exit(2)

import argparse
import hashlib
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from taian import prerequisites  # noqa: E402 - the checkout joins the path first
from taian.prerequisites import MissingError  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
JARS = ROOT / ".jars"
LOCK = ROOT / "requirements.lock"
JARS_LOCK = ROOT / "jars.lock"

PACKAGES = (
    "io.delta:delta-spark_4.2_2.13:4.4.0",
    "org.postgresql:postgresql:42.7.14",
    "org.xerial:sqlite-jdbc:3.50.3.0",
)
SHIPPED_WITH_SPARK = (
    "com.fasterxml.jackson.core:jackson-annotations",
    "com.fasterxml.jackson.core:jackson-core",
    "com.fasterxml.jackson.core:jackson-databind",
    "com.fasterxml.jackson.datatype:jackson-datatype-jdk8",
    "com.github.luben:zstd-jni",
    "com.google.code.findbugs:jsr305",
    "commons-logging:commons-logging",
    "commons-pool:commons-pool",
    "io.airlift:aircompressor",
    "javax.annotation:javax.annotation-api",
    "org.antlr:antlr4-runtime",
    "org.apache.hadoop:hadoop-client-api",
    "org.apache.hadoop:hadoop-client-runtime",
    "org.apache.logging.log4j:log4j-api",
    "org.apache.logging.log4j:log4j-core",
    "org.apache.logging.log4j:log4j-slf4j2-impl",
    "org.apache.parquet:parquet-column",
    "org.apache.parquet:parquet-common",
    "org.apache.parquet:parquet-encoding",
    "org.apache.parquet:parquet-format-structures",
    "org.apache.parquet:parquet-hadoop",
    "org.apache.parquet:parquet-jackson",
    "org.checkerframework:checker-qual",
    "org.roaringbitmap:RoaringBitmap",
    "org.roaringbitmap:shims",
    "org.slf4j:slf4j-api",
    "org.xerial.snappy:snappy-java",
)
"""Left out of the download: Spark has its own versions, and a second one beside them breaks it."""

IVY_SETTINGS = """<ivysettings>
  <settings defaultResolver="central"/>
  <resolvers><ibiblio name="central" m2compatible="true"/></resolvers>
</ivysettings>
"""
"""One resolver: Spark's default also reads ~/.m2, and a half-filled one there breaks it."""

PORTS = {
    "TAIAN_WEB_PORT": 8050,
    "TAIAN_AIRFLOW_PORT": 8080,
    "TAIAN_SPARK_PORT": 15002,
    "TAIAN_MAIL_PORT": 1025,
    "TAIAN_MAIL_PAGE_PORT": 8025,
}


def say(sentence: str) -> None:
    """Tell the person at the terminal what happens."""
    print(sentence, flush=True)


def setting(name: str, default: str) -> str:
    """A setting as the platform will read it: environment where it is not empty, then taian.toml, then the default."""
    if value := os.environ.get(name):
        return value
    file = ROOT / "taian.toml"
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise MissingError(f"taian.toml is not valid TOML ({error}): mend the line it names.") from error
    except UnicodeDecodeError as error:
        raise MissingError(f"taian.toml is not UTF-8 (byte {error.start}): save it as UTF-8.") from error
    return str(values.get(name.removeprefix("TAIAN_").lower(), default))


def platform_runs(home: Path) -> bool:
    """Whether processes of this installation are alive (they hold its ports rightly; ``taian up`` looks closer)."""
    mark = f"TAIAN_HOME={home}".encode()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            entries = environ.read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in entries and any(entry.startswith(b"TAIAN_SERVICE=") for entry in entries):
            return True
    return False


def check_ports() -> None:
    """Raises MissingError when a port the platform needs is held by another program."""
    ports: dict[str, int] = {}
    for name, default in PORTS.items():
        value = setting(name, str(default))
        if not value.isdigit() or not 0 < int(value) < 65536:
            raise MissingError(f"{name} is '{value}': give a port number between 1 and 65535.")
        ports[name] = int(value)
    home = Path(setting("TAIAN_HOME", str(ROOT / "var"))).resolve()
    if not platform_runs(home):
        prerequisites.check_ports(setting("TAIAN_HOST", "127.0.0.1"), ports)


def ensure_java() -> Path:
    """The JDK's home; installed through apt when there is none and we are root on Debian or Ubuntu."""
    if prerequisites.find_java() is None and prerequisites.apt_usable():
        for version in prerequisites.JDK_VERSIONS:
            package = f"openjdk-{version}-jre-headless"
            say(f"No JDK 17 or 21 here: installing {package} through apt.")
            if prerequisites.apt_install([package]):
                break
    return prerequisites.java_home()


def scratch() -> dict[str, str]:
    """Temporary files of the installers stay inside the checkout too."""
    folder = VENV / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return {"TMPDIR": str(folder)}


def run(command: list[str], failure: str, **environment: str) -> None:
    """Run one step; when it fails, show its last lines and raise MissingError with ``failure``."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **scratch(), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write("\n".join(done.stdout.splitlines()[-15:]) + "\n")
        raise MissingError(failure)


def locked_lines(package: str) -> str:
    """The lines of requirements.lock that pin one package with its hashes."""
    kept: list[str] = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{package}==") or (kept and line.startswith(" ")):
            kept.append(line)
        elif kept:
            break
    if not kept:
        raise MissingError(f"requirements.lock does not pin {package}: make it again as requirements.in says.")
    return "\n".join(kept) + "\n"


def environment_stamp() -> str:
    """Changes when the lock, our package list or the Python changes."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """An environment of this very Python with the locked installer uv in it; a good one is kept."""
    version = [str(PYTHON), "-c", "import sys; print(sys.version)"]
    try:
        found = subprocess.run(version, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        found = ""
    if found != sys.version.strip():
        no_venv = (
            "The environment .venv could not be made: install the venv module (Debian: apt-get install python3-venv)."
        )
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(VENV)], no_venv)
    if not UV.exists():
        uv_lock = VENV / "uv.lock"
        uv_lock.write_text(locked_lines("uv"), encoding="utf-8")
        pip = [str(PYTHON), "-m", "pip", "install", "-q", "--no-cache-dir", "--require-hashes", "--no-deps"]
        run(
            [*pip, "-r", str(uv_lock)],
            "The installer uv could not be fetched: check the package index and the network.",
        )


def make_environment() -> None:
    """.venv with exactly what requirements.lock pins, and this project, editable, in it."""
    stamp = VENV / "taian.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == environment_stamp() and PYTHON.exists():
        return
    prerequisites.check_disk(ROOT, prerequisites.DISK_GIB)
    say("Installing the locked Python environment into .venv (about 2 GB, a minute or two).")
    make_venv()
    # The download cache stays inside the checkout; files are linked, not copied, so it costs no disk.
    cache = {"UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(VENV / "cache")), "UV_NO_PROGRESS": "1"}
    synced = [str(UV), "pip", "sync", "--python", str(PYTHON), "--require-hashes", str(LOCK)]
    run(
        synced,
        "The packages of requirements.lock could not be installed: check the network and the lines above.",
        **cache,
    )
    ours = [str(UV), "pip", "install", "--python", str(PYTHON), "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    run(ours, "The project itself could not be installed: see the lines above.", **cache)
    stamp.write_text(environment_stamp(), encoding="utf-8")


def wanted_jars() -> dict[str, str]:
    """File name to SHA-256, as committed in jars.lock."""
    lines = JARS_LOCK.read_text(encoding="utf-8").split("\n")
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines if line)}


def jar_problem() -> str | None:
    """The first jar that is missing or not the one that was locked, as a sentence; None when all are right."""
    for name, digest in wanted_jars().items():
        path = JARS / name
        if not path.exists():
            return f".jars/{name} is missing"
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return f".jars/{name} is not the file that jars.lock names (SHA-256 differs)"
    return None


def fetch_jars(java: Path) -> None:
    """Fetch Delta and the JDBC drivers once; every file must have the digest of jars.lock."""
    if jar_problem() is None:
        return
    say("Fetching the jars of Delta and the JDBC drivers into .jars (15 MB).")
    ivy = JARS / "ivy"
    shutil.rmtree(ivy, ignore_errors=True)
    ivy.mkdir(parents=True)
    settings, script = ivy / "settings.xml", ivy / "nothing.py"
    settings.write_text(IVY_SETTINGS, encoding="utf-8")
    script.write_text("", encoding="utf-8")  # spark-submit resolves packages only when it has something to run
    command = [
        str(VENV / "bin" / "spark-submit"),
        *("--packages", ",".join(PACKAGES)),
        *("--exclude-packages", ",".join(SHIPPED_WITH_SPARK)),
        *("--conf", f"spark.jars.ivy={ivy}"),
        *("--conf", f"spark.jars.ivySettings={settings}"),
        *("--conf", "spark.ui.enabled=false"),
        *("--driver-java-options", f"-XX:-UsePerfData -Djava.io.tmpdir={ivy}"),
        str(script),
    ]
    places = {"JAVA_HOME": str(java), "PYSPARK_PYTHON": str(PYTHON), "SPARK_LOCAL_IP": "127.0.0.1"}
    places["SPARK_LAUNCHER_OPTS"] = "-XX:-UsePerfData"
    run(command, "The jars could not be fetched: check that Maven Central or its mirror can be reached.", **places)
    for name in wanted_jars():
        fetched = ivy / "jars" / name
        if fetched.exists():
            fetched.replace(JARS / name)
    shutil.rmtree(ivy)
    problem = jar_problem()
    if problem:
        raise MissingError(
            f"{problem}: remove .jars and try again; if it stays so, do not use the mirror that sent it."
        )


def missing_test_packages() -> list[str]:
    """Debian packages that the tests need and this machine lacks: a browser, a Chinese font, a database server."""
    packages = []
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        packages.append("chromium")
    fonts = shutil.which("fc-list")
    listed = subprocess.run([fonts, ":lang=zh"], capture_output=True, text=True, check=False).stdout if fonts else ""
    if not listed.strip():
        packages.append("fonts-noto-cjk")
    if not shutil.which("pg_ctl") and not list(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")):
        packages.append("postgresql")
    return packages


def ensure_test_tools() -> None:
    """Chromium, a Chinese font and PostgreSQL; installed through apt where we may, else one sentence."""
    packages = missing_test_packages()
    if not packages:
        return
    wanted = " ".join(packages)
    if prerequisites.apt_usable():
        say(f"The tests need {wanted}: installing through apt.")
        prerequisites.apt_install(packages)
    missing = missing_test_packages()
    if missing:
        raise MissingError(f"The tests need {' '.join(missing)}: install them (Debian: apt-get install {wanted}).")


def main() -> int:
    """Exit code 0 when everything is in place, 2 with one sentence when something is missing."""
    parser = argparse.ArgumentParser(description="Set up this checkout.")
    parser.add_argument("--ports", action="store_true", help="also require that the platform's ports are free")
    parser.add_argument("--tests", action="store_true", help="also install what the tests need")
    options = parser.parse_args()
    try:
        if options.ports:
            check_ports()
        java = ensure_java()
        if options.tests:
            ensure_test_tools()
        make_environment()
        fetch_jars(java)
    except MissingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
