"""docs/add-a-resource.md, followed word for word: its declaration, its file, its commands, what it promises."""

import datetime as dt
import re
import shlex
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from catalog import CatalogError, load_catalog
from taian import cli
from taian.settings import ROOT, settings

GUIDE = ROOT / "docs" / "add-a-resource.md"
NIGHT = dt.date(2018, 6, 30)


def blocks(language):
    """Fenced blocks of one language, in the order of the document."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def only(language):
    found = blocks(language)
    assert len(found) == 1
    return found[0]


def command(name):
    """Arguments of the document's one ``taian NAME …`` line."""
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith(f"taian {name} ")]
    assert len(lines) == 1
    return shlex.split(lines[0])[1:]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder with a copy of the catalogue, as a reader has it after step 2, and a home after `make run`."""
    for part in ("resources", "lists"):
        shutil.copytree(ROOT / "catalog" / part, tmp_path / "catalog" / part)
    (tmp_path / "catalog" / "resources" / "food_inspection.yaml").write_text(only("yaml"), encoding="utf-8")
    (tmp_path / "food_inspection.csv").write_text(only("csv"), encoding="utf-8")
    home = tmp_path / "var"
    (home / "truth").mkdir(parents=True)
    (home / "serving").mkdir()
    (home / "serving" / "CURRENT.json").write_text(f'{{"business_date": "{NIGHT}"}}', encoding="utf-8")
    monkeypatch.setenv("TAIAN_HOME", str(home))
    monkeypatch.setenv("TAIAN_CATALOG_DIR", str(tmp_path / "catalog"))
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def test_the_files_are_saved_under_the_names_that_the_guide_says(checkout):
    text = GUIDE.read_text(encoding="utf-8")
    for name in ("food_inspection.csv", "catalog/resources/food_inspection.yaml"):
        assert f"`{name}`" in text
        assert (checkout / name).is_file()


def test_the_declaration_of_the_guide_is_valid(checkout, capsys):
    assert cli.run(command("catalog check")) == 0
    assert capsys.readouterr().out == "The catalogue is valid.\n"


def test_the_mistake_that_the_guide_shows_is_told_in_its_words(checkout, capsys):
    path = checkout / "catalog" / "resources" / "food_inspection.yaml"
    path.write_text(only("yaml").replace("codelist: county}", "codelist: counties}"), encoding="utf-8")
    assert cli.run(command("catalog check")) == 1
    assert capsys.readouterr().out.startswith(only("text").strip())
    with pytest.raises(CatalogError):
        load_catalog(checkout / "catalog")


def test_every_key_that_the_guide_explains_is_one_of_a_declaration():
    from catalog.model import Column, Resource

    explained = set(
        re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"^\| (`.+?) \|", GUIDE.read_text("utf-8"), re.MULTILINE)))
    )
    assert explained
    assert explained <= set(Resource.model_fields) | set(Column.model_fields)


@pytest.mark.spark
def test_the_night_does_with_the_delivery_what_the_guide_promises(checkout, spark, capsys):
    from jobs import journal, lake, night

    assert cli.run(command("deliver")) == 0
    capsys.readouterr()
    batch = Path("food_inspection/2018-06-30/food_inspection-2018-06-30-01")
    assert (settings().landing / batch / "manifest.json").is_file()
    assert f"landing/{batch}/" in GUIDE.read_text(encoding="utf-8")
    asked = command("nightly")
    resource, date = asked[asked.index("--resource") + 1], dt.date.fromisoformat(asked[asked.index("--date") + 1])
    night.begin("guide", date)
    night.run_step(resource, date, "guide")

    rows = lake.read(spark, "dwd_society__food_inspection").orderBy("inspection_id").collect()
    assert [row["inspection_id"] for row in rows] == ["SP2018060001", "SP2018060002", "SP2018060003"]
    assert rows[1]["county_code"] == "370911"
    assert rows[1]["inspected_on"] == dt.date(2018, 6, 29)
    assert rows[2]["fine_10k_yuan"] == Decimal("0.5")
    refused = lake.read(spark, "quarantine__food_inspection").collect()
    assert [(row["codes"], row["_source_row"]) for row in refused] == [(["R106"], 5)]
    assert refused[0]["raw"] == only("csv").splitlines()[4]
    outcome = journal.deliveries(resource)[0]
    assert outcome["state"] == "published"
    assert (outcome["rows_delivered"], outcome["rows_accepted"], outcome["rows_quarantined"]) == (4, 3, 1)
