"""What a person reads in a terminal, and what another program reads: no name is broken in two."""

import json

from taian.tables import print_rows

ROWS = [
    {"batch": "resident-2018-06-14-01", "why": "行数偏离过大，" * 20, "rows": 189},
    {"batch": "license-2018-06-19-01", "why": None, "rows": 27},
]


def printed(monkeypatch, capsys, width=None, **given):
    """Standard output of the rows, in a terminal of that width or, without one, into a pipe."""
    if width:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(width))
    print_rows(ROWS, **{"as_json": False, **given})
    return capsys.readouterr().out


def test_a_name_stays_in_one_piece_beside_a_long_text(monkeypatch, capsys):
    out = printed(monkeypatch, capsys, width=80)
    assert "resident-2018-06-14-01" in out
    assert ROWS[0]["why"] not in out, "the long text goes on in the next line"


def test_fields_stand_below_each_other_where_columns_have_no_room(monkeypatch, capsys):
    out = printed(monkeypatch, capsys, width=30)
    assert "batch: resident-2018-06-14-01" in out
    assert "batch: license-2018-06-19-01\nwhy: \nrows: 27" in out


def test_a_row_is_a_line_in_a_pipe(monkeypatch, capsys):
    out = printed(monkeypatch, capsys)
    assert len(out.splitlines()) == 1 + len(ROWS)
    assert ROWS[0]["why"] in out


def test_json_has_every_field_whatever_people_see(monkeypatch, capsys):
    out = printed(monkeypatch, capsys, as_json=True, columns=("batch",))
    assert json.loads(out) == ROWS
