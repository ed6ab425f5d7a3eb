"""A missing prerequisite is one sentence that names it and what mends it."""

import shutil
import socket
from collections import namedtuple

import pytest

from taian import prerequisites
from taian.prerequisites import MissingError

Usage = namedtuple("Usage", "total used free")


def fake_java(folder, major):
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{major}.0.1\" 2024-01-16' >&2\n")
    java.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("answer", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21"', 21),
        ("", None),
    ],
)
def test_the_major_version_of_a_jdk_is_read_from_its_own_answer(answer, major):
    assert prerequisites.parse_java_version(answer) == major


def test_java_home_is_preferred_when_it_fits(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "jdk21", 21)))
    assert prerequisites.find_java() == tmp_path / "jdk21"


def test_a_jdk_that_spark_cannot_use_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path / "jdk25", 25)))
    good = fake_java(tmp_path / "jdk17", 17) / "bin" / "java"
    monkeypatch.setattr(shutil, "which", lambda _: str(good))
    assert prerequisites.find_java() == tmp_path / "jdk17"


def test_without_a_jdk_the_sentence_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(prerequisites, "_java_candidates", list)
    with pytest.raises(MissingError, match=r"No JDK 17 or 21 was found: install one .*openjdk-17"):
        prerequisites.java_home()


def test_a_taken_port_is_named_with_the_setting_that_moves_it():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MissingError, match=rf"Port {port} on 127.0.0.1 is taken .*TAIAN_WEB_PORT"):
            prerequisites.check_ports("127.0.0.1", {"TAIAN_WEB_PORT": port})


def test_a_free_port_passes():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    prerequisites.check_ports("127.0.0.1", {"TAIAN_WEB_PORT": port})


def test_a_full_disk_is_named_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 << 30, 99 << 30, 1 << 30))
    with pytest.raises(MissingError, match=r"has 1\.0 GiB left and 6 GiB are needed"):
        prerequisites.check_disk(tmp_path / "not" / "yet", 6)
