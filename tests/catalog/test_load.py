"""Every mistake of a declaration is one sentence that names the file, the place and the remedy."""

import shutil

import pytest
import yaml

from catalog import CatalogError, load_catalog
from catalog.load import HERE


@pytest.fixture
def declare(tmp_path, visit_declaration):
    """Write declarations into a catalogue folder with the real sex list."""
    (tmp_path / "resources").mkdir()
    (tmp_path / "lists").mkdir()
    shutil.copy(HERE / "lists" / "sex.csv", tmp_path / "lists")

    def write(change=None, name="visit.yaml", text=None):
        content = visit_declaration()
        if change is not None:
            change(content)
        (tmp_path / "resources" / name).write_text(text or yaml.safe_dump(content, allow_unicode=True), "utf-8")
        return tmp_path

    return write


def problems(folder):
    with pytest.raises(CatalogError) as raised:
        load_catalog(folder)
    assert str(raised.value) == "\n".join(raised.value.problems)
    return raised.value.problems


def column(**declaration):
    return lambda content: content["columns"].append(declaration)


def test_the_catalogue_of_the_project_loads_and_every_file_is_named_as_its_resource():
    catalog = load_catalog()
    assert {path.stem for path in (HERE / "resources").glob("*.yaml")} == set(catalog.resources)
    assert catalog["resident"].table == "population__resident"
    assert catalog.tables["resident"] == "population__resident"
    assert catalog["resident"].column("sex").codelist == "sex"


def test_a_correct_declaration_loads(declare):
    catalog = load_catalog(declare())
    assert catalog["visit"].columns[0].delivered_as == "编号"
    assert catalog.codelists["sex"].names["1"] == "男性"
    assert (catalog.codelists["sex"].title, catalog.codelists["sex"].source) == ("性别", "GB/T 2261.1 性别代码")


def test_one_department_has_one_code(declare):
    declare(lambda c: c.update(resource="call", code="3-11-999/000002"), name="call.yaml")
    (sentence,) = problems(declare(lambda c: c.update(provider={"code": "dianhua", "name": "热线"})))
    assert sentence == "visit.yaml: provider 热线 has the code 'dianhua' here and 'rexian' elsewhere; use one"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["key"].append("nobody"), ["visit.yaml", "key names column 'nobody', which is not declared"]),
        (lambda c: c.update(version="nobody"), ["visit.yaml", "version names column 'nobody'"]),
        (
            lambda c: c.update(rules=[{"code": "R105", "columns": ["nobody"], "expression": "true", "message": "x"}]),
            ["visit.yaml", "rule R105 names column 'nobody'"],
        ),
        (
            lambda c: c.update(rules=[{"code": "R999", "columns": ["sex"], "expression": "true", "message": "x"}]),
            ["visit.yaml", "rule code 'R999' is not in codes.yaml"],
        ),
        (lambda c: c.update(gate={"drift_columns": ["nobody"]}), ["gate.drift_columns names column 'nobody'"]),
        (lambda c: c.update(gate={"mostly": {"nobody": 0.5}}), ["gate.mostly names column 'nobody'"]),
        (lambda c: c.update(key=["sex"]), ["visit.yaml", "key column 'sex' must be required"]),
        (lambda c: c.update(key=[]), ["visit.yaml: key:"]),
        (lambda c: c.update(related=["nothing"]), ["visit.yaml", "related resource 'nothing' is not declared"]),
        (lambda c: c.update(surprise=1), ["visit.yaml: surprise:"]),
        (lambda c: c.update({7: 1}), ["visit.yaml: 7"]),
        (lambda c: c.update(domain="weather"), ["visit.yaml: domain:"]),
        (lambda c: c.update(code="3-11"), ["visit.yaml: code:"]),
        (lambda c: c.update(form={"kind": "jdbc"}), ["visit.yaml: form:", "needs 'source' and 'view'"]),
        (lambda c: c.update(form={"kind": "geojson"}), ["visit.yaml: form:", "must declare its 'crs'"]),
        (
            column(name="phone", title="电话", personal="personal"),
            ["visit.yaml: columns.2:", "'phone' is personal information and needs a 'mask'"],
        ),
        (column(name="sex", title="性别二"), ["visit.yaml", "column 'sex' is declared twice"]),
        (column(name="sex_again", title="性别"), ["visit.yaml", "header '性别' is declared twice"]),
        (
            column(name="kind", title="类别", codelist="colour"),
            ["column 'kind' uses code list 'colour'", "known are sex"],
        ),
        (
            column(name="kind", title="类别", references="visit.colour"),
            ["references 'visit.colour', which is not declared"],
        ),
        (
            column(name="kind", title="类别", references="nothing.code"),
            ["references 'nothing.code', which is not declared"],
        ),
        (column(name="money", title="钱", units={"": 1}), ["visit.yaml: columns.2:", "'money' has 'units'"]),
        (column(name="n", title="数", type="integer"), ["visit.yaml: columns.2.name:"]),
        (
            column(name="id_number", title="号码", type="integer", checksum="id_number"),
            ["visit.yaml: columns.2:", "'id_number' has a checksum and must be a string"],
        ),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_file_and_the_place(declare, change, words):
    (sentence,) = problems(declare(change))
    assert sentence.startswith("visit.yaml: ")
    assert "\n" not in sentence
    for word in words:
        assert word in sentence


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "\ttab: 1"])
def test_a_file_that_is_no_yaml_is_one_sentence(declare, text):
    (sentence,) = problems(declare(text=text))
    assert sentence.startswith("visit.yaml: is not valid YAML (")
    assert "line" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("text", ["# nothing\n", "- a\n- b\n", "just words"])
def test_a_file_that_is_no_mapping_says_where_to_start(declare, text):
    assert problems(declare(text=text)) == ["visit.yaml: is empty or not a mapping; start from docs/add-a-resource.md"]


def test_a_file_that_is_not_utf_8_is_one_sentence(declare):
    folder = declare()
    (folder / "resources" / "visit.yaml").write_bytes("title: 来访登记".encode("gb18030"))
    (sentence,) = problems(folder)
    assert sentence.startswith("visit.yaml: is not valid YAML (")


def test_a_file_under_another_name_says_which_it_must_be(declare):
    assert problems(declare(name="call.yaml")) == ["call.yaml: declares resource 'visit'; the file must be visit.yaml"]


def test_a_catalogue_code_belongs_to_one_resource(declare):
    declare()
    folder = declare(lambda c: c.update(resource="walk"), name="walk.yaml")
    assert problems(folder) == ["walk.yaml: code 3-11-999/000001 already belongs to 'visit'"]


def test_all_mistakes_are_said_at_once(declare):
    declare(column(name="kind", title="类别", codelist="colour"))
    declare(text="a: [1", name="broken.yaml")
    folder = declare(lambda c: c.update(resource="walk", code="3-11-999/000002", related=["nothing"]), name="walk.yaml")
    assert [sentence.split(":")[0] for sentence in problems(folder)] == ["broken.yaml", "visit.yaml", "walk.yaml"]


def test_an_empty_catalogue_says_where_to_start(tmp_path):
    (sentence,) = problems(tmp_path)
    assert str(tmp_path) in sentence
    assert "docs/add-a-resource.md" in sentence


def test_a_reference_to_a_declared_column_is_accepted(declare):
    declare()
    folder = declare(
        lambda c: (
            c.update(resource="walk", code="3-11-999/000002", related=["visit"]),
            c["columns"].append({"name": "visit_id_walked", "title": "来访", "references": "visit.visit_id"}),
        ),
        name="walk.yaml",
    )
    assert load_catalog(folder)["walk"].columns[2].references == "visit.visit_id"


def test_a_declaration_cannot_be_changed_after_it_was_read():
    with pytest.raises(ValueError, match="frozen"):
        load_catalog()["resident"].title = "x"


def earlier(**declaration):
    def change(content):
        content["columns"].append({"name": "period", "title": "统计期", "type": "period"})
        content["columns"][1]["earlier"] = declaration

    return change


def write_list(folder, *rows):
    (folder / "lists" / "old_sex.csv").write_text("\n".join(["# 旧版", *rows, ""]), "utf-8")


def test_an_earlier_edition_names_a_successor_for_each_of_its_codes(declare):
    folder = declare(earlier(codelist="old_sex", by="period", until="2017-09"))
    write_list(folder, "code,name,successor", "m,男,1", "f,女,2")
    assert load_catalog(folder).codelists["old_sex"].successors == {"m": "1", "f": "2"}
    write_list(folder, "code,name,successor", "m,男,7", "f,女,")
    assert problems(folder) == [
        "old_sex.csv: code 'f' has no successor; add it in the column 'successor'",
        "old_sex.csv: successor '7' is not in code list 'sex'",
    ]


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ({"codelist": "lost"}, "visit.yaml: column 'sex' uses earlier code list 'lost', which is not there"),
        (
            {"codelist": "sex", "by": "period"},
            "visit.yaml: columns.1.earlier: 'earlier' needs 'by' and 'until' together",
        ),
        (
            {"codelist": "sex", "by": "day", "until": "2017-09"},
            "visit.yaml: the declaration: earlier of sex names column 'day', which is not declared",
        ),
    ],
)
def test_a_mistake_in_an_earlier_edition_is_one_sentence(declare, declaration, expected):
    (problem,) = problems(declare(earlier(**declaration)))
    assert problem.startswith(expected)
