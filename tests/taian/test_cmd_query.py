"""taian query: what may run, what is refused before the engine sees it, and what is written down."""

import json
import socket
import stat
from decimal import Decimal

import pyarrow
import pytest

from catalog import load_catalog
from catalog.masking import masked
from taian import cli, masking
from taian.commands import query
from taian.errors import ProblemError
from taian.settings import settings
from taian.sqlguard import tables_of
from taian.sqlwords import RefusedError

TABLES = ["base_population__person", "topic_city__indicator", "meta__run"]
PERSON = "base_population__person"


@pytest.mark.parametrize(
    ("sql", "used"),
    [
        ("SELECT 1", set()),
        ("select count(*) from meta__run;", {"meta__run"}),
        (f"SELECT sex, avg(year(birth_date)) y FROM {PERSON} WHERE sex IN ('1') GROUP BY 1 ORDER BY y, 1", {PERSON}),
        (f"SELECT a.x FROM {PERSON} a JOIN `meta__run` b ON a.x = b.x, topic_city__indicator c", set(TABLES)),
        (f"WITH t AS (SELECT * FROM {PERSON}), u AS (SELECT * FROM t) SELECT * FROM u JOIN t USING (a, b)", {PERSON}),
        (f"SELECT * FROM (SELECT name, extract(year FROM birth_date) FROM {PERSON}) x", {PERSON}),
        (f"SELECT name FROM {PERSON} UNION ALL SELECT run_id FROM meta__run", {PERSON, "meta__run"}),
        (f"SELECT 'it''s; -- /* \\' DELETE FROM x', `from` FROM {PERSON}", {PERSON}),
        ("SELECT CASE WHEN value > 1 THEN cast(value AS decimal(10, 2)) END, rank() OVER (ORDER BY value) "
         "FROM topic_city__indicator WHERE EXISTS (SELECT 1 FROM meta__run)", {"topic_city__indicator", "meta__run"}),
        ("SELECT * FROM (VALUES (1, 2), (3, 4)) AS v (a, b)", set()),
        ("SELECT id FROM range(3) r", set()),
    ],
)  # fmt: skip
def test_a_reading_query_passes_and_its_tables_are_known(sql, used):
    assert tables_of(sql, TABLES) == used


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "DROP TABLE meta__run",
        "DELETE FROM meta__run",
        "SET spark.sql.runSQLOnFiles=true",
        "EXPLAIN SELECT 1",
        "FROM meta__run SELECT *",
        "SELECT 1; DROP TABLE meta__run",
        "SELECT 1 -- x",
        "SELECT /*+ x */ 1",
        "SELECT 1 /* x */",
        "WITH t AS (SELECT 1) INSERT INTO meta__run SELECT * FROM t",
        "WITH t AS (SELECT 1) DELETE FROM meta__run",
        "SELECT TRANSFORM (run_id) USING 'sh' FROM meta__run",
        "SELECT * FROM (MAP run_id USING 'sh' FROM meta__run)",
        "SELECT * FROM IDENTIFIER('secret')",
        "SELECT * FROM (TABLE secret)",
        "SELECT * FROM meta__run |> DROP run_id",
    ],
)
def test_anything_but_one_plain_select_is_refused(sql):
    with pytest.raises(RefusedError):
        tables_of(sql, TABLES)


@pytest.mark.parametrize(
    "relation",
    [
        "secret",
        "ods_population__resident",
        "quarantine__resident",
        "delta.`/lake/ods_population__resident`",
        "parquet.`/etc`",
        "`parquet`.`/etc`",
        "text.`/etc/passwd`",
        "`/etc/passwd`",
        "'/etc/passwd'",
        '"secret"',
        "spark_catalog.default.secret",
        "meta__run.history",
        "meta__run, secret",
        "meta__run where, secret",
        "meta__run where (a, b), secret",
        "meta__run limit, secret",
        "meta__run AS group, secret",
        "meta__run AS order, secret",
        "meta__run union (a), secret",
        "meta__run window, secret",
        "meta__run JOIN secret",
        "meta__run LEFT ANTI JOIN secret ON true",
        "(meta__run JOIN secret)",
        "((SELECT 1) UNION SELECT * FROM secret)",
        "(FROM secret SELECT *)",
        "VALUES (1) AS t, secret",
        "meta__run UNION SELECT * FROM secret",
        "meta__run WHERE run_id IN (SELECT a FROM secret)",
        "meta__run WHERE EXISTS (WITH t AS (SELECT 1) SELECT * FROM secret)",
        "(WITH secret AS (SELECT 1) SELECT 1) x JOIN secret",
        "meta__run WINDOW secret AS (PARTITION BY a) UNION SELECT * FROM secret",
        "read_files('/etc')",
        "LATERAL secret",
    ],
)
def test_a_table_that_is_not_allowed_is_refused_wherever_it_stands(relation):
    with pytest.raises(RefusedError):
        tables_of(f"SELECT * FROM {relation}", TABLES)


def test_a_keyword_that_is_also_a_name_does_not_hide_a_table():
    for sql in ("SELECT is DISTINCT FROM secret", "SELECT a IS NOT DISTINCT FROM secret", "SELECT x.from FROM secret"):
        with pytest.raises(RefusedError):
            tables_of(sql, TABLES)


@pytest.mark.parametrize(
    "call",
    [
        "java_method('java.lang.System', 'exit', 1)",
        "reflect ('java.lang.System', 'getenv', 'HOME')",
        "`reflect`('java.lang.System', 'getenv')",
        "builtin.reflect('a', 'b')",
        "system.builtin.java_method('a', 'b')",
        "try_reflect('a', 'b')",
        "input_file_name()",
        "from_protobuf(a, 'm', '/etc/passwd')",
        "xpath_string('<a/>', 'a')",
        "reflect(a, b) AS (x, y)",
        "current_catalog()",
        "r'\\'",
    ],
)
def test_a_function_that_does_more_than_compute_is_refused(call):
    with pytest.raises(RefusedError):
        tables_of(f"SELECT {call} FROM meta__run", TABLES)


def test_rows_as_delivered_are_not_offered():
    names = ["base_a", "dwd_b", "meta__c", "ods_d", "quarantine__e", "topic_f", "other"]
    assert masking.offered(names) == ["base_a", "dwd_b", "meta__c", "topic_f"]


def test_a_product_carries_the_masks_of_everything_it_was_built_from():
    catalog = load_catalog()
    assert masking.masks_of("dwd_population__resident", catalog) == {
        "id_number": "id_number",
        "name": "name",
        "address": "address",
    }
    assert masking.masks_of(PERSON, catalog)["id_number"] == "id_number"
    assert "name" not in masking.masks_of("base_legal__legal_person", catalog)  # a firm's name is public
    assert masking.masks_of("base_legal__legal_person", catalog)["representative"] == "name"
    assert masking.masks_of("topic_city__indicator", catalog)["id_number"] == "id_number"


def test_a_table_whose_resource_is_no_longer_declared_is_masked_by_every_name_known():
    assert masking.masks_of("dwd_population__gone", load_catalog())["name"] == "name"


def test_a_refused_query_is_one_sentence_and_written_down_with_its_user(home, capsys):
    assert cli.run(["query", "SELECT * FROM parquet.`/etc`"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    log = home / "log" / "query.jsonl"
    line = json.loads(log.read_text(encoding="utf-8"))
    assert line["sql"] == "SELECT * FROM parquet.`/etc`"
    assert line["outcome"] == "refused"
    assert line["user"] and line["time"]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_a_query_without_an_engine_says_how_to_start_one(home, monkeypatch, capsys, unused_port):
    monkeypatch.setenv("SPARK_REMOTE", f"sc://127.0.0.1:{unused_port}")
    settings.cache_clear()
    assert cli.run(["query", "SELECT 1"]) == 2
    assert "start the platform with taian up" in capsys.readouterr().err


def test_more_rows_than_the_limit_are_said(capsys):
    query.print_answer(pyarrow.table({"n": list(range(query.MOST_ROWS + 1))}), as_json=True)
    said = capsys.readouterr()
    assert len(json.loads(said.out)) == query.MOST_ROWS
    assert "first 1,000 rows" in said.err


def test_two_columns_of_one_name_are_refused_instead_of_losing_one():
    table = pyarrow.Table.from_arrays([pyarrow.array([1]), pyarrow.array([2])], names=["n", "n"])
    with pytest.raises(ProblemError, match="two columns named 'n'"):
        query.print_answer(table, as_json=False)


def test_the_engines_complaint_is_cut_to_its_sentence():
    assert (
        query.said("[X] The column is gone. SQLSTATE: 42703; line 1\n\n== SQL ==\nselect\n")
        == "[X] The column is gone."
    )


VALUES = [
    "王",
    "王小明",
    "370902199001011234",
    "12345678",
    "13800138000",
    "1234567",
    "山东省泰安市泰山区岱庙街道",
    "短",
    "",
    None,
]


@pytest.mark.spark
@pytest.mark.parametrize("mask", ["none", "name", "id_number", "phone", "address", "all"])
def test_a_masked_column_is_what_the_catalogues_mask_makes_of_each_value(spark, mask):
    frame = spark.createDataFrame([(value,) for value in VALUES], "v string")
    found = [row[0] for row in frame.select(masking.masked_column(frame["v"], mask)).collect()]
    assert found == [masked(value, mask) for value in VALUES]


@pytest.fixture
def lake_with_persons(spark, home):
    rows = [("370902199001011234", "王小明", Decimal("1.5")), ("370902199001015678", "李华", None)]
    frame = spark.createDataFrame(rows, "id_number string, name string, amount decimal(10,2)")
    for table in (PERSON, "ods_population__resident"):
        frame.write.format("delta").save(str(home / "lake" / table))
    return spark


@pytest.mark.spark
def test_no_expression_brings_a_masked_value_back(lake_with_persons):
    columns = "reverse(reverse(id_number)) i, upper(name) n, count_if(name = '王小明') c"
    sql = f"SELECT {columns} FROM {PERSON} GROUP BY ALL ORDER BY n"
    rows = query.answer(lake_with_persons, sql, {PERSON}).to_pylist()
    assert rows == [
        {"i": "370902**********78", "n": "李*", "c": 0},
        {"i": "370902**********34", "n": "王**", "c": 0},
    ]


@pytest.mark.spark
def test_a_path_resolves_to_nothing_even_behind_the_first_wall(lake_with_persons, home):
    path = home / "lake" / "ods_population__resident"
    for form in ("delta", "parquet"):
        with pytest.raises(ProblemError, match="did not run"):
            query.answer(lake_with_persons, f"SELECT * FROM {form}.`{path}`", set())
    with pytest.raises(ProblemError, match="did not run"):
        query.answer(lake_with_persons, f"SELECT * FROM {PERSON}", set())
