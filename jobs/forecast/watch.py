"""Alarms for all series of a table: level, surge, drop, trend and silence, each with one sentence in Chinese."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from jobs.forecast import calendars, surge
from jobs.forecast.series import Floats, Series
from jobs.forecast.watcher import Verdict, Watcher, pace_of
from jobs.forecast.words import absent, because
from jobs.forecast.workers import each

COLUMNS = ["series", "time", "value", "expected", "lower", "upper", "score", "is_alarm", "kind", "message"]
"""Columns of the answer; one row a series and period, missing periods included."""

OFF = 0.6
"""Share of the limit below which an alarm ends: it does not flicker around the limit."""
GAPS, FEW_GAPS = 0.005, 2
"""Earlier gaps of a length, as a share of the periods and in number, up to which a gap of that length is news."""

Told = Callable[[float, float, str], None]


@dataclass
class Standing:
    """The alarm that stands, if any: which points belong to it and when it began."""

    begun: int = -(10**9)
    points: int = 0
    side: int = 0
    kind: str = ""
    is_slow: bool = False


def watch(series: Sequence[Series], *, holidays: bool = False, told: Told | None = None) -> pd.DataFrame:
    """Judge every point of every series by what was known before it.

    A series that ends before the others of its step is silent from then on. ``told`` is given (done, all, what).
    """
    ends: dict[object, int] = {}
    for one in series:
        key = (one.step.kind, one.step.active, one.step.seconds)
        ends[key] = max(ends.get(key, -(10**12)), _end(one))
    tasks = [(one, ends[(one.step.kind, one.step.active, one.step.seconds)]) for one in series]
    done = partial(_report, told, len(tasks))
    frames = list(each(partial(_watch_one, holidays), tasks, done))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def standing(rows: pd.DataFrame) -> list[str]:
    """Series whose last point is an alarm."""
    last = rows.groupby("series", sort=False).tail(1)
    return [str(name) for name in last.loc[last["is_alarm"], "series"]]


def _report(told: Told | None, work: int, done: int) -> None:
    if told is not None:
        told(done, work, "series")


def _end(one: Series) -> int:
    """The series' last position as a moment that series of one step share, in seconds."""
    return int(one.times(len(one.values) - 1, len(one.values)).astype("datetime64[s]").astype(np.int64)[0])


def _watch_one(holidays: bool, task: tuple[Series, int]) -> pd.DataFrame:
    one, end = task
    values = _extended(one, end)
    regressors = calendars.regressors(one, 0, len(values)) if holidays else None
    return Judge(one, values, regressors).rows()


def _extended(one: Series, end: int) -> Floats:
    """The values up to the last moment of the file, NaN where the series had ended."""
    more, width = 0, 256
    while _end(one) < end:
        times = one.times(len(one.values) + more, len(one.values) + more + width)
        passed = int(np.sum(times.astype("datetime64[s]").astype(np.int64) <= end))
        more += passed
        if passed < width:
            break
    return np.concatenate([one.values, np.full(more, np.nan)])


class Judge:
    """One series from its first point to its last."""

    def __init__(self, one: Series, values: Floats, regressors: Floats | None) -> None:
        self._one, self._values, self._regressors = one, values, regressors
        start = values[: pace_of(one.step).first]
        self._watcher = Watcher(one.step, start, 0 if regressors is None else regressors.shape[1])
        self._window = surge.window_of(one.step, start)
        self._limit = surge.limit(one.step)
        self._alarms = np.zeros(len(values), bool)
        self._surges = np.zeros(len(values), bool)
        self._gaps: list[int] = []
        self._run = 0
        self._standing = Standing()
        self._expected = _published(values, one)

    def rows(self) -> pd.DataFrame:
        """The table of COLUMNS."""
        said = [self._point(at) for at in range(len(self._values))]
        frame = pd.DataFrame(said, columns=COLUMNS[3:])
        frame.insert(0, "value", self._values)
        frame.insert(0, "time", self._one.labels(0, len(self._values)))
        frame.insert(0, "series", self._one.name)
        return frame[self._expected].reset_index(drop=True)

    def _point(self, at: int) -> tuple[float, float, float, float, bool, str, str]:
        value = float(self._values[at])
        regressor = None if self._regressors is None else self._regressors[at]
        verdict = self._watcher.judge(value, regressor)
        if np.isnan(value):
            return self._missing(at, verdict) if self._expected[at] else self._passed(verdict)
        if self._run:
            self._gaps.append(self._run)
            self._run = 0
        score = _score(verdict.p, self._watcher.alpha)
        kind, surging = self._kind(at, verdict), self._surge(at)
        if surging is not None:
            seen, is_surge = surging
            # A surge is judged against the recent past; what the season says does not excuse it.
            score = max(score if verdict.side < 0 else 0.0, _score(seen.p, self._limit))
            self._surges[at] = is_surge
            kind = "surge" if is_surge else kind if verdict.side < 0 else ""
            if is_surge or verdict.side >= 0:
                verdict = Verdict(seen.mean, min(verdict.lower, seen.mean), seen.upper, side=1)
        self._alarms[at] = bool(kind)
        self._watcher.learn(value, regressor, is_incident=bool(kind))
        if kind and self._standing.points >= self._watcher.pace.patience:
            self._accept(at)
        message = because(kind, value, verdict.expected, verdict.lower, verdict.upper) if kind else ""
        return verdict.expected, verdict.lower, verdict.upper, score, bool(kind), kind, message

    def _accept(self, at: int) -> None:
        """What has stood this long is the new level."""
        self._watcher.accept(self._values[at - self._watcher.pace.patience + 1 : at + 1])
        self._standing = Standing(begun=self._standing.begun)

    def _surge(self, at: int) -> tuple[surge.Seen, bool] | None:
        """Whether small counts surge at this point; None where they are not watched in this way."""
        if self._window is None or at < self._watcher.pace.grace:
            return None
        seen = surge.judge(self._values, self._surges, at, self._window, self._limit)
        if seen is None:
            return None
        limit = self._limit ** (OFF if at and self._surges[at - 1] else 1.0)
        return seen, bool(seen.p < limit and self._values[at] >= surge.LEAST)

    def _kind(self, at: int, verdict: Verdict) -> str:
        """The kind of alarm this point belongs to; empty when it belongs to none."""
        now, pace = self._standing, self._watcher.pace
        limit = self._watcher.alpha if not now.points else self._watcher.alpha**OFF
        is_out = verdict.p < limit and verdict.side != 0 and (not now.points or verdict.side == now.side)
        if not is_out:
            self._standing = Standing(begun=now.begun)
            return ""
        if not now.points and (at - now.begun < pace.quiet or self._watcher.returns(float(self._values[at]))):
            return ""
        if not now.points:
            now = Standing(begun=at, side=verdict.side, is_slow=verdict.is_slow)
        self._standing = Standing(now.begun, now.points + 1, now.side, "", now.is_slow)
        return _named(self._standing)

    def _passed(self, verdict: Verdict) -> tuple[float, float, float, float, bool, str, str]:
        """A period in which nothing is ever published."""
        self._watcher.learn(np.nan, None, is_incident=False)
        return verdict.expected, verdict.lower, verdict.upper, 0.0, False, "", ""

    def _missing(self, at: int, verdict: Verdict) -> tuple[float, float, float, float, bool, str, str]:
        """A period without a value: news unless gaps of this length are usual here."""
        self._run += 1
        self._watcher.learn(np.nan, None, is_incident=False)
        usual = sum(1 for gap in self._gaps if gap >= self._run)
        is_alarm = at >= self._watcher.pace.first and usual <= max(FEW_GAPS, GAPS * at)
        score = 1.0 if is_alarm else 0.2
        kind = "silence" if is_alarm else ""
        message = absent(self._run, verdict.expected) if is_alarm else ""
        return verdict.expected, verdict.lower, verdict.upper, score, is_alarm, kind, message


def _published(values: Floats, one: Series) -> npt.NDArray[np.bool_]:
    """Periods that are judged: all but those without a value whose month (or weekday) never had one before."""
    cycle = one.step.cycle
    kept = np.ones(len(values), bool)
    if cycle == 1:
        return kept
    phases = (one.first + np.arange(len(values))) % cycle
    for phase in range(cycle):
        at = np.flatnonzero(phases == phase)
        kept[at] = np.maximum.accumulate(~np.isnan(values[at]))
    return kept


def _named(now: Standing) -> str:
    """A lasting deviation is a level, a creeping one a trend, a short one a surge or a drop."""
    if now.is_slow:
        return "trend"
    if now.points >= 3:
        return "level"
    return "surge" if now.side > 0 else "drop"


def _score(p: float, alpha: float) -> float:
    """0 for nothing unusual, 0.5 at the limit of an alarm, towards 1 beyond."""
    size = -float(np.log10(max(p, 1e-300)))
    return size / (size - float(np.log10(alpha)))
