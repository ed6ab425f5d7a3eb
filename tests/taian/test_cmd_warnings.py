"""``taian warnings`` on the command line."""

from warned import open_warnings

from alerts.cap import mistakes
from taian import cli
from taian.settings import settings


def test_a_message_for_other_offices_is_written_for_this_user_alone(home, tmp_path, capsys):
    open_warnings(settings())
    out = tmp_path / "warning.xml"
    assert cli.run(["warnings", "cap", "YJ-2018-0001", "--out", str(out)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert mistakes(out.read_text(encoding="utf-8")) == []


def test_a_message_that_cannot_be_written_is_one_sentence(home, tmp_path, capsys):
    open_warnings(settings())
    assert cli.run(["warnings", "cap", "YJ-2018-0001", "--out", str(tmp_path / "no" / "warning.xml")]) == 2
    assert "cannot be written" in capsys.readouterr().err
