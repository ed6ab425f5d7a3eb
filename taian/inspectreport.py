"""report.json of ``taian inspect``: the form is public (docs/authenticity.md)."""

import json
from collections.abc import Iterator
from typing import Any

from expectations.authenticity.examine import Report, TestReport, UnitReport
from expectations.authenticity.finding import Finding


def as_json(file: str, report: Report) -> Iterator[str]:
    """The report in pieces, one unit, finding or test a line, so that a million units need no second copy in memory."""
    yield f'{{"file": {_text(file)}, "rows": {report.rows}'
    for name, rows in (
        ("units", map(_unit, report.units)),
        ("findings", map(_finding, report.findings)),
        ("tests", map(_test, report.tests)),
    ):
        yield f',\n"{name}": ['
        for at, row in enumerate(rows):
            yield (",\n " if at else "\n ") + _text(row)
        yield "]"
    yield "}\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _unit(unit: UnitReport) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "score": unit.score,
        "verdict": unit.verdict,
        "applicable_tests": unit.applicable_tests,
        "reason": unit.reason,
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "unit": found.called,
        "columns": list(found.columns),
        "period": found.period,
        "test": found.test,
        "family": found.family,
        "strength": found.strength,
        "statistic": found.statistic,
        "effect": found.effect,
        "unit_of_effect": found.unit_of_effect,
        "p_value": found.p_value,
        "q_value": found.q_value,
        "peers": found.peers,
        "message": found.message,
    }


def _test(test: TestReport) -> dict[str, Any]:
    return {"test": test.test, "applied_to": test.applied_to, "not_applicable": test.not_applicable, "why": test.why}
