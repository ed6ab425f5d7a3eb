"""What a night prints at its end."""

import json

from taian.nightly import Night
from taian.settings import Settings
from taian.summary import summary_lines


def delivery(state, rows, quarantined=0):
    return {"state": state, "rows_delivered": rows, "rows_quarantined": quarantined}


def lines(tmp_path, night, deliveries, reasons=None):
    return "\n".join(summary_lines(Settings(home=tmp_path), night, deliveries, reasons or {}))


def test_deliveries_are_counted_by_their_outcome(tmp_path):
    found = [delivery("published", 100, 3), delivery("published", 50), delivery("held", 10), delivery("rejected", None)]
    text = lines(tmp_path, Night("n", "success"), found)
    assert "2 batches published, 150 rows" in text
    assert "1 batches held for a person, 10 rows" in text
    assert "1 batches file rejected\n" in text
    assert "3 rows quarantined" in text


def test_a_failed_step_is_named_with_its_reason(tmp_path):
    text = lines(tmp_path, Night("n", "failed", ["resident", "penalty"]), [], {"resident": "OSError: disk full"})
    assert "Failed: resident (OSError: disk full)" in text
    assert "Failed: penalty (see its log in Airflow)" in text


def test_the_summary_says_what_the_pages_show_and_where(tmp_path):
    (tmp_path / "serving").mkdir()
    current = {"business_date": "2018-06-30", "tables": {"a": {}, "b": {}}}
    (tmp_path / "serving" / "CURRENT.json").write_text(json.dumps(current), encoding="utf-8")
    text = lines(tmp_path, Night("n", "success"), [])
    assert "Pages show 2 tables as of 2018-06-30." in text
    assert "http://127.0.0.1:8050" in text
    assert "Nothing new was delivered." in text


def test_the_mail_catcher_is_named_only_where_it_runs(tmp_path):
    assert "mail http://127.0.0.1:8025" in lines(tmp_path, Night("n", "success"), [])
    served = Settings(home=tmp_path, SMTP_HOST="smtp.example.cn", SMTP_PORT=587)
    assert "8025" not in "\n".join(summary_lines(served, Night("n", "success"), [], {}))
