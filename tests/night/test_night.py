"""One night of a fresh city, looked at as its users would: what was planted is found, and nothing else."""

import email
import email.policy
import json
import random
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from truth import batch_mistakes, journal, row_mistakes

from taian.leftovers import owned

pytestmark = pytest.mark.night
HERE = Path(__file__).parent
STEPS = ("division", "dishonest_debtor", "fiscal", "tax_registration", "base_geo__division")
KILL_POINTS = ("journal.begun", "ods.after", "dwd.before", "quarantine.before", "dwd.after", "journal.after")


def mails(home: Path) -> list[Any]:
    """Messages the catcher has received."""
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((home / "mail").rglob("*.eml"))
    ]


def text_of(message: Any) -> str:
    """The plain text of a message."""
    return str(message.get_body(("plain",)).get_content())


def engine_pid(platform: Any) -> int:
    """The process of Spark's JVM."""
    engine = [each.process for each in owned(platform.home) if each.service == "spark-connect"]
    (pid,) = [process.pid for process in engine if process.name() == "java"]
    return int(pid)


def test_every_batch_has_the_outcome_that_was_planted(platform: Any) -> None:
    assert batch_mistakes(platform.home) == []


def test_every_planted_row_is_found_with_its_code_and_nothing_else_is(platform: Any) -> None:
    printed = platform.python(str(HERE / "quarantined.py"))
    assert printed.returncode == 0, printed.stderr
    rows = [json.loads(line) for line in printed.stdout.splitlines()]
    found = {(resource, batch, file, row): frozenset(codes) for resource, batch, file, row, codes in rows}
    assert len(found) > 500
    assert row_mistakes(platform.home, found) == {}


def test_delivered_is_accepted_plus_quarantined_for_every_batch(platform: Any) -> None:
    rows = journal(platform.home, "select * from delivery where state not in ('rejected', 'duplicate')")
    assert len(rows) > 150
    assert [r["batch"] for r in rows if r["rows_delivered"] != r["rows_accepted"] + r["rows_quarantined"]] == []


def test_rejected_files_have_no_row_counts_and_a_sentence(platform: Any) -> None:
    rows = journal(platform.home, "select * from delivery where state = 'rejected'")
    assert {row["code"][0] for row in rows} == {"F"}
    assert all(row["rows_delivered"] is None and row["message"].endswith("。") for row in rows)


def test_the_same_night_again_changes_no_table(platform: Any) -> None:
    before = platform.digests()
    assert {"dwd_population__resident", "base_population__person", "topic_city__indicator"} <= set(before)
    again = platform.taian("nightly", "--date", "2018-06-30", check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    assert platform.digests() == before


def test_the_pages_show_the_night(platform: Any) -> None:
    assert httpx.get(f"{platform.url}/healthz").status_code == 200
    current = json.loads((platform.home / "serving" / "CURRENT.json").read_text(encoding="utf-8"))
    assert current["business_date"] == "2018-06-30"
    assert current["tables"]["topic_city__indicator"]["rows"] > 1000
    cookies = platform.cookies()
    for path in ("/", "/authenticity", "/runs", "/catalogue"):
        assert httpx.get(f"{platform.url}{path}", timeout=60).status_code == 303
        assert httpx.get(f"{platform.url}{path}", cookies=cookies, timeout=60).status_code == 200


def test_the_statistics_bureau_and_data_owners_are_written_to_in_chinese(platform: Any) -> None:
    by_recipient = {str(message["To"]): text_of(message) for message in mails(platform.home)}
    assert "线索" in by_recipient["tongjiju@taian.invalid"]
    police = by_recipient["gonganju@taian.invalid"]
    assert "户籍人口基本信息" in police
    assert "F010" in police
    assert len(by_recipient) > 3


def test_mails_carry_no_identity_number_and_no_firm(platform: Any) -> None:
    firms = journal(platform.home, "select count(*) as n from delivery where resource = 'enterprise_registration'")
    assert firms[0]["n"] > 0
    texts = "\n".join(text_of(message) for message in mails(platform.home))
    assert "有限公司" not in texts
    assert "37990" not in texts


def test_the_operator_hears_of_a_night_that_did_not_happen(platform: Any) -> None:
    program = (
        "import datetime as dt; from alerts.watch import check_night; from taian.settings import settings;"
        "now = dt.datetime(2018, 7, 2, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)));"
        "check_night(settings(), now, dt.date(2018, 6, 30), dt.date(2018, 7, 1))"
    )
    asked = platform.python("-c", program)
    assert asked.returncode == 0, asked.stderr
    told = [text_of(message) for message in mails(platform.home) if "yunwei@taian.invalid" in str(message["To"])]
    assert any("2018" in text and "夜间批次" in text for text in told)


def test_every_listener_is_on_loopback(platform: Any) -> None:
    program = (
        "from pathlib import Path; import os; from taian.leftovers import listeners;"
        "print('\\n'.join(sorted({f'{l.address} {l.service}' for l in listeners(Path(os.environ['TAIAN_HOME']))})))"
    )
    lines = platform.python("-c", program).stdout.split("\n")
    addresses = {line.split()[0].removeprefix("::ffff:") for line in lines if line}
    assert len(lines) >= 5
    assert addresses <= {"127.0.0.1", "::1"}


def test_the_state_is_closed_to_other_accounts(platform: Any) -> None:
    assert stat.S_IMODE(platform.home.stat().st_mode) == 0o700
    open_files = [path for path in platform.home.glob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_files == []


def test_killed_at_any_moment_the_same_command_ends_in_the_same_tables(platform: Any, tmp_path: Path) -> None:
    landing = platform.home / "landing"
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    for home in (undisturbed, killed):
        home.mkdir(mode=0o700)
        (home / "landing").symlink_to(landing, target_is_directory=True)
    whole = platform.python(str(HERE / "steps.py"), *STEPS, TAIAN_HOME=str(undisturbed))
    assert whole.returncode == 0, whole.stderr
    points = random.sample(KILL_POINTS, 3)
    for point, resource in zip(points, STEPS[:3], strict=True):
        moment = f"{point}:{resource}"
        dead = platform.python(str(HERE / "steps.py"), *STEPS, TAIAN_HOME=str(killed), TAIAN_KILL_AT=moment)
        assert dead.returncode == -9, f"{moment} was not reached: {dead.stderr}"
    engine = engine_pid(platform)
    # In a step that no kill has reached yet: one whose commit is closed passes no moment any more.
    moment = f"{random.choice(KILL_POINTS[:-1])}:{STEPS[3]}"
    # The client may fail with its engine, or wait until the supervisor has brought it back.
    platform.python(
        str(HERE / "steps.py"), *STEPS, TAIAN_HOME=str(killed), TAIAN_KILL_AT=moment, TAIAN_KILL_PID=str(engine)
    )
    assert (killed / "run" / f"killed-{moment.replace(':', '-')}").exists(), f"{moment} was not reached"
    platform.taian("up")
    assert engine_pid(platform) != engine
    finished = platform.python(str(HERE / "steps.py"), *STEPS, TAIAN_HOME=str(killed))
    assert finished.returncode == 0, finished.stderr
    digest = "from jobs import lake;print({table: lake.digest(table) for table in lake.tables()})"
    expected = platform.python("-c", digest, TAIAN_HOME=str(undisturbed)).stdout
    assert "dwd_macro__fiscal" in expected
    assert platform.python("-c", digest, TAIAN_HOME=str(killed)).stdout == expected
