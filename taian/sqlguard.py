"""Whether a query may run: one SELECT over tables that are allowed, with functions that only compute.

Three walls, each of which would do alone against a slip:

1. This module reads the words of the query before Spark sees any of it. It must be one SELECT (or WITH … SELECT);
   every function must be on the list of ``sqlfunctions``, which holds none that reads a file, runs code or asks about
   the machine; every place where a table can stand (after FROM, JOIN and a comma between tables) must hold the name of
   an allowed table, of a WITH around it, of a listed table function, or a parenthesis. A name with a dot, which is how
   Spark is given another catalogue's table or a path (delta.`/…`, parquet.`/…`), is never one. Spark lets most keywords
   be names, so where a word could be read both ways (a table called ``where``) the reader assumes the reading that
   allows less. What it does not understand, it refuses.
2. The session holds temporary views with exactly the names that passed, and reading files by SQL is switched off in it
   (``spark.sql.runSQLOnFiles``), so that a name that slipped through resolves to nothing (``taian.commands.query``).
3. The views hold personal columns in their masked form only (``taian.masking``), so that no expression can unmask
   them; rows as delivered (ods, quarantine) are not offered at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from taian.sqlfunctions import FUNCTIONS, TABLE_FUNCTIONS
from taian.sqlwords import RefusedError, Word, words

_FORBIDDEN = (
    "INSERT UPDATE DELETE MERGE CREATE DROP ALTER TRUNCATE SET RESET ADD LOAD CACHE UNCACHE REFRESH ANALYZE CALL "
    "EXECUTE DECLARE TABLE TRANSFORM MAP REDUCE SCRIPT IDENTIFIER USE EXPLAIN DESCRIBE SHOW EXPORT IMPORT"
)
FORBIDDEN = frozenset(_FORBIDDEN.split())
"""Words that begin something other than reading; as the name of a column they can stand in backquotes."""

_BEFORE_PARENTHESIS = (
    "AND OR NOT IN EXISTS ON USING WHERE HAVING WHEN THEN ELSE CASE BETWEEN LIKE ILIKE RLIKE ANY SOME ALL SELECT "
    "DISTINCT BY FROM JOIN AS OVER UNION INTERSECT EXCEPT MINUS VALUES LATERAL LIMIT OFFSET INTERVAL FILTER GROUP SETS "
    "CUBE ROLLUP PIVOT UNPIVOT FOR END ESCAPE WITHIN TABLESAMPLE DECIMAL NUMERIC VARCHAR CHAR"
)
BEFORE_PARENTHESIS = frozenset(_BEFORE_PARENTHESIS.split())
"""Keywords that a parenthesis may follow without being a function's."""

SET_OPERATORS = frozenset({"UNION", "INTERSECT", "EXCEPT", "MINUS"})
BEFORE_LIST = frozenset({"GROUP", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE"})
BEFORE_CONDITION = frozenset({"WHERE", "HAVING", "LIMIT", "OFFSET"})

OPEN, CLOSE, COMMA, DOT = (Word("sign", sign) for sign in "(),.")


def tables_of(sql: str, allowed: Iterable[str]) -> set[str]:
    """The allowed tables a query reads. Raises RefusedError with one sentence when it may not run."""
    found = words(sql)
    if not found or found[0].keyword() not in ("SELECT", "WITH"):
        raise RefusedError("The query is not a SELECT: this command only reads.")
    for before, word in zip([None, *found], found, strict=False):
        # As the name of a field (x.map) the word commands nothing.
        if word.keyword() in FORBIDDEN and before != DOT:
            raise RefusedError(
                f"The query holds {word.keyword()}: this command only reads; a column of that name needs backquotes."
            )
    _check_functions(found)
    return _Reader(found, {name.lower(): name for name in allowed}).read()


def _check_functions(found: list[Word]) -> None:
    """Every name before a parenthesis is a listed function, or stands after AS or WITH (a type, the head of a WITH)."""
    for before, word, following in zip([None, *found], found, found[1:], strict=False):
        if following != OPEN or not word.is_name or word.keyword() in BEFORE_PARENTHESIS:
            continue
        if before is not None and before.keyword() in ("AS", "WITH"):
            continue
        if before == DOT:
            raise RefusedError(f"The query calls '{word.text}' by a name with a dot: call functions by their own name.")
        if word.kind == "quoted" or word.text.lower() not in FUNCTIONS | TABLE_FUNCTIONS:
            raise RefusedError(f"The function '{word.text}' is not offered here: see taian query --help.")


Clause = Literal["expression", "with", "select", "tables", "condition", "list"]
"""Where in a query we are: ``condition`` is a part that holds no comma of its own, ``list`` one that does."""


@dataclass
class _Level:
    """What stands between one pair of parentheses."""

    clause: Clause = "expression"
    expects_table: bool = False
    names: set[str] = field(default_factory=set)


class _Reader:
    """Finds every place where a table can stand and refuses what stands there unless it is allowed."""

    def __init__(self, found: list[Word], allowed: dict[str, str]) -> None:
        self._words, self._allowed = found, allowed
        self._levels = [_Level()]
        self._used: set[str] = set()

    def read(self) -> set[str]:
        """The tables in use. Raises RefusedError."""
        for at, word in enumerate(self._words):
            if word == OPEN:
                self._open(self._levels[-1])
            elif word == CLOSE:
                self._close(self._levels[-1])
            else:
                self._take(at, word, self._levels[-1])
        if len(self._levels) != 1 or self._levels[0].expects_table:
            raise RefusedError("The query ends too early: a parenthesis or a table is missing.")
        return self._used

    def _at(self, at: int) -> Word:
        return self._words[at] if 0 <= at < len(self._words) else Word("sign", "")

    def _take(self, at: int, word: Word, level: _Level) -> None:
        keyword = "" if self._at(at - 1) == DOT else word.keyword()
        if keyword in ("SELECT", "WITH", "VALUES") and self._begins(at, level):
            level.clause, level.expects_table = "with" if keyword == "WITH" else "select", False
        elif keyword == "SELECT":
            raise RefusedError("The query holds a SELECT where none can begin: put it in parentheses.")
        elif keyword == "FROM" and (level.clause != "expression" or self._at(at - 1) == OPEN):
            self._from(at, level)
        elif level.expects_table:
            self._table(at, word, level)
        elif keyword == "JOIN":
            level.clause, level.expects_table = "tables", True
        elif word == COMMA:
            self._comma(level)
        elif level.clause == "with":
            self._name_a_with(at, word, level)
        elif level.clause not in ("expression", "select"):
            self._leave_tables(at, keyword, level)

    def _begins(self, at: int, level: _Level) -> bool:
        """Whether a query can begin here: at the start, in a parenthesis, after a WITH, behind a set operator."""
        before = self._at(at - 1)
        if before.keyword() in ("ALL", "DISTINCT"):
            before = self._at(at - 2)
        return (
            at == 0
            or before == OPEN
            or before.keyword() in SET_OPERATORS
            or (before == CLOSE and level.clause == "with")
        )

    def _from(self, at: int, level: _Level) -> None:
        if self._at(at - 1).keyword() == "DISTINCT":
            raise RefusedError("The query holds DISTINCT FROM: write NOT (a <=> b).")
        level.clause, level.expects_table = "tables", True

    def _comma(self, level: _Level) -> None:
        if level.clause == "condition":
            raise RefusedError("The query holds a comma behind a condition: join tables with JOIN.")
        level.expects_table = level.clause == "tables"

    def _name_a_with(self, at: int, word: Word, level: _Level) -> None:
        follows = self._at(at - 1).keyword() == "WITH" or self._at(at - 1) == COMMA
        if word.is_name and follows:
            level.names.add(word.text.lower())

    def _leave_tables(self, at: int, keyword: str, level: _Level) -> None:
        following = self._at(at + 1)
        is_by = keyword in BEFORE_LIST and following.keyword() == "BY"
        is_window = keyword == "WINDOW" and following.is_name and self._at(at + 2).keyword() == "AS"
        if is_by or is_window:
            level.clause = "list"
        elif keyword in BEFORE_CONDITION | SET_OPERATORS:
            level.clause = "condition"

    def _open(self, level: _Level) -> None:
        # Where a table is expected, the parenthesis holds a query or again tables.
        inner = _Level("tables", expects_table=True) if level.expects_table else _Level()
        level.expects_table = False
        self._levels.append(inner)

    def _close(self, level: _Level) -> None:
        if level.expects_table or len(self._levels) == 1:
            raise RefusedError("The query has a parenthesis too many, or a table is missing before one.")
        self._levels.pop()

    def _table(self, at: int, word: Word, level: _Level) -> None:
        """The word at a table's place."""
        following, name = self._at(at + 1), word.text.lower()
        if word.keyword() == "LATERAL":
            return
        if following == OPEN and word.kind == "word" and name in TABLE_FUNCTIONS:
            level.expects_table = False
            return
        if not word.is_name or following == DOT:
            raise RefusedError(
                f"'{word.text}' is not a table of the platform: name a table as taian query --tables lists it, "
                "without a dot or a path."
            )
        if name in self._allowed:
            self._used.add(self._allowed[name])
        elif not any(name in outer.names for outer in self._levels):
            raise RefusedError(f"'{word.text}' is not a table that can be queried: taian query --tables lists them.")
        level.expects_table = False
