"""The set-up runs on the machine's own Python, checks first, and installs only what is locked."""

import os
import re
import socket
import subprocess
import sys

import pytest

from taian import setup
from taian.prerequisites import MissingError
from taian.settings import ROOT

OLD_PYTHON = """
import sys
sys.version_info = (3, 9, 2)
sys.version = "3.9.2 (default)"
path = sys.argv[1]
exec(compile(open(path).read(), path, "exec"), {"__name__": "__main__", "__file__": path})
"""


def run(*command, **environment):
    return subprocess.run(
        [sys.executable, *command], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_an_older_python_is_told_so_in_one_sentence():
    done = run("-c", OLD_PYTHON, str(ROOT / "taian" / "setup.py"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "Python 3.11 or newer is needed and this is 3.9.2: install one and run make PYTHON=python3.11 with its name.\n"
    )


def test_a_taken_port_ends_the_set_up_before_anything_else(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(str(ROOT / "taian" / "setup.py"), "--ports", TAIAN_WEB_PORT=port, TAIAN_HOME=str(tmp_path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(rf"Port {port} on 127\.0\.0\.1 is taken .*TAIAN_WEB_PORT\.\n", done.stderr)


def test_a_port_that_is_no_number_is_named(monkeypatch):
    monkeypatch.setenv("TAIAN_WEB_PORT", "eighty")
    with pytest.raises(MissingError, match="TAIAN_WEB_PORT is 'eighty'"):
        setup.check_ports()


def test_a_setting_of_the_file_counts_when_the_environment_is_silent(tmp_path, monkeypatch):
    (tmp_path / "taian.toml").write_text("web_port = 9050\n", encoding="utf-8")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.delenv("TAIAN_WEB_PORT", raising=False)
    assert setup.setting("TAIAN_WEB_PORT", "8050") == "9050"
    monkeypatch.setenv("TAIAN_WEB_PORT", "")
    assert setup.setting("TAIAN_WEB_PORT", "8050") == "9050"
    monkeypatch.setenv("TAIAN_WEB_PORT", "9051")
    assert setup.setting("TAIAN_WEB_PORT", "8050") == "9051"
    (tmp_path / "taian.toml").write_bytes(b'mail_from = "\xff"')
    with pytest.raises(MissingError, match=r"taian\.toml is not UTF-8"):
        setup.setting("TAIAN_HOST", "127.0.0.1")


def test_our_own_running_platform_does_not_count_as_a_taken_port(tmp_path):
    environment = {**os.environ, "TAIAN_HOME": str(tmp_path), "TAIAN_SERVICE": "web"}
    with subprocess.Popen(["cat"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as ours:
        # Between exec and its first instruction a process shows no environment: what it echoes, it runs.
        os.write(ours.stdin.fileno(), b"awake")
        assert os.read(ours.stdout.fileno(), 5) == b"awake"
        assert setup.platform_runs(tmp_path)
        ours.kill()
    assert not setup.platform_runs(tmp_path)


def test_one_package_is_cut_out_of_the_lock_with_all_its_hashes():
    lines = setup.locked_lines("uv").splitlines()
    assert lines[0].startswith("uv==")
    assert len(lines) > 2
    assert all("--hash=sha256:" in line for line in lines[1:])


def test_a_package_that_is_not_locked_is_named():
    with pytest.raises(MissingError, match="does not pin no-such-thing"):
        setup.locked_lines("no-such-thing")


def test_every_locked_package_has_a_hash_and_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9][^\s=]*==\S+.*?(?=^[a-z0-9]|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert len(pins) > 100
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_jars_are_compared_with_their_committed_digests(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "JARS", tmp_path)
    monkeypatch.setattr(setup, "wanted_jars", lambda: {"a.jar": "00" * 32})
    assert setup.jar_problem() == ".jars/a.jar is missing"
    (tmp_path / "a.jar").write_bytes(b"other")
    assert "is not the file that jars.lock names" in setup.jar_problem()


def test_every_package_asked_for_has_its_jar_in_the_lock():
    names = setup.wanted_jars()
    for package in setup.PACKAGES:
        group, artifact, version = package.split(":")
        assert f"{group}_{artifact}-{version}.jar" in names
