"""Sizes of folders that others write into."""

from pathlib import Path

from taian.files import size_of


def test_a_file_that_vanishes_while_it_is_counted_is_left_out(tmp_path, monkeypatch):
    (tmp_path / "day").mkdir()
    for name, content in (("kept.csv", b"12345"), ("gone.csv.part", b"123")):
        (tmp_path / "day" / name).write_bytes(content)
    stat = Path.stat

    def racing(path, **more):
        if path.name == "gone.csv.part":
            path.unlink(missing_ok=True)
        return stat(path, **more)

    monkeypatch.setattr(Path, "stat", racing)
    assert size_of(tmp_path) == 5


def test_a_folder_that_does_not_exist_is_empty(tmp_path):
    assert size_of(tmp_path / "landing") == 0
