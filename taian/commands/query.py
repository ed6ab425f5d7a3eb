"""``taian query``: read-only SQL over the platform's tables, for the operator on the machine."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from taian import oplog
from taian.commands.catalog import usable
from taian.engine import engine, use_absolute_home
from taian.errors import ProblemError
from taian.sqlguard import tables_of
from taian.sqlwords import RefusedError
from taian.tables import JsonOption, print_rows

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import SparkSession

MOST_ROWS = 1000


def known_tables() -> list[str]:
    """The tables a query may name."""
    use_absolute_home()
    from jobs import lake
    from taian.masking import offered

    return offered(lake.tables())


def checked(sql: str, allowed: list[str]) -> set[str]:
    """The tables of a query that may run; refused or not, it is written down. Raises ProblemError when refused."""
    try:
        tables = tables_of(sql, allowed)
    except RefusedError as error:
        oplog.append("query", sql=sql, outcome="refused", reason=str(error))
        raise ProblemError(str(error)) from error
    oplog.append("query", sql=sql, outcome="accepted", tables=sorted(tables))
    return tables


def answer(session: "SparkSession", sql: str, tables: set[str]) -> "pyarrow.Table":
    """At most MOST_ROWS + 1 rows. Raises ProblemError with what the engine says is wrong with the query."""
    from pyspark.errors import PySparkException

    from jobs import lake
    from taian.masking import masked_view, masks_of, shown_rows

    session.conf.set("spark.sql.runSQLOnFiles", "false")
    catalog = usable()
    for name in tables:
        rows = shown_rows(lake.read(session, name), name, catalog)
        masked_view(rows, masks_of(name, catalog)).createOrReplaceTempView(name)
    try:
        return session.sql(sql).limit(MOST_ROWS + 1).toArrow()
    except PySparkException as error:
        raise ProblemError(f"The query did not run: {said(str(error))}") from error
    finally:
        session.conf.unset("spark.sql.runSQLOnFiles")
        for name in tables:
            session.catalog.dropTempView(name)


def said(message: str) -> str:
    """The engine's own sentence, without its class, plan and stack."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("JVM stacktrace", "== ", "at ", "SQLSTATE"))]
    return (kept[0] if kept else message).split(" SQLSTATE")[0][:300].rstrip(";")


def print_answer(table: "pyarrow.Table", *, as_json: bool) -> None:
    """Print the rows; a note says when there were more."""
    names: list[str] = table.column_names
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ProblemError(f"The answer has two columns named '{twice}': give one of them another name with AS.")
    rows: list[dict[str, Any]] = table.slice(0, MOST_ROWS).to_pylist()
    print_rows(rows, as_json=as_json, columns=names)
    if table.num_rows > MOST_ROWS:
        sys.stderr.write(f"Only the first {MOST_ROWS:,} rows are shown: add a WHERE, or aggregate.\n")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def query(
        sql: Annotated[str | None, typer.Argument(metavar='"SELECT …"', help="One SELECT in Spark SQL.")] = None,
        tables: Annotated[bool, typer.Option("--tables", help="List the tables that can be queried.")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """Run one SELECT over the platform's tables and print at most 1,000 rows.

        Tables are named as taian query --tables lists them, never by path. Functions are those of Spark SQL that only
        compute: arithmetic, texts, dates, aggregates, windows, arrays. Personal columns come masked, whatever is done
        with them; rows as delivered cannot be queried. Every query is logged in $TAIAN_HOME/log/query.jsonl with the
        time and the user.

        Example: taian query "SELECT county_code, count(*) AS persons FROM base_population__person GROUP BY county_code"
        """
        known = known_tables()
        if tables:
            print_rows([{"table": name} for name in known], as_json=as_json)
            return
        if not sql:
            raise ProblemError('There is no query: write it in quotes, like taian query "SELECT 1".')
        wanted = checked(sql, known)
        print_answer(answer(engine(), sql, wanted), as_json=as_json)
