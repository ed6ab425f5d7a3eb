"""``taian bench web``: how fast the pages answer one reader and many, beside a route of the same server that does
nothing, and what a browser downloads.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from threading import Barrier

import httpx

from taian.bench.report import Goal, Measure, measure
from taian.bench.webclient import call, memory, reader, running, scratch_home
from taian.bench.webpages import Question, callbacks, other_questions, page_question, pages, text_of, unknown
from taian.settings import Settings

FLOOR = "/healthz"
GOALS = {1: 150.0, 20: 500.0}
"""Milliseconds of the 95th percentile that so many readers may wait."""

FAILED = "读不到数据"
"""Heads a card that could not be filled: it answers quickly, and is no page."""

MEMORY = Goal("<=", 1024.0)
ONE = 1
Times = dict[str, list[float]]


def bench_web(home: Path, users: Sequence[int], rounds: int, say: Callable[[str], None]) -> list[Measure]:
    """Measure the pages over the results of ``home``. ProblemError when there are none."""
    with scratch_home(home) as config, running(config) as process:
        with reader(config) as client:
            declared = callbacks(client)
            found = pages(client, declared)
            questions = [page_question(declared, address) for address in found]
            texts = {each: text_of(answer) for each, answer in found.items()}
            others = list(other_questions(declared, texts))
        say(f"{len(questions)} pages, {len(others)} other callbacks")
        named = {question.name for question in others}
        measures = [
            measure("pages", len(questions), "pages"),
            measure("pages.failed", sum(FAILED in text for text in texts.values()), "pages", Goal("<=", 0.0)),
            measure("callbacks.not_asked", len(unknown(declared, named)), "callbacks", Goal("<=", 0.0)),
            measure("memory.start", memory(process), "MiB"),
        ]
        for number in users:
            measures += _of_users(config, [*questions, *others], number, rounds, say)
        measures.append(measure("memory", memory(process), "MiB", MEMORY))
        measures += _in_a_browser(config, list(found), say)
    return measures


def _of_users(
    config: Settings, questions: Sequence[Question], users: int, rounds: int, say: Callable[[str], None]
) -> list[Measure]:
    """All questions asked by so many readers at once; each begins at another, as people do."""
    start, times = Barrier(users), [Times() for _ in range(users)]
    with ThreadPoolExecutor(users) as pool:
        began = time.perf_counter()
        done = [
            pool.submit(_ask, config, questions, rounds, place, users, start, times[place]) for place in range(users)
        ]
        for one in done:
            one.result()
        seconds = time.perf_counter() - began
    together: Times = {name: [took for each in times for took in each[name]] for name in times[0]}
    floor = together.pop(FLOOR)
    asked = [took for each in together.values() for took in each]
    say(f"{users} readers: {len(asked)} answers, p95 {_percentile(asked, 95):.0f} ms")
    limit = Goal("<=", GOALS[users]) if users in GOALS else None
    middle, high = _percentile(floor, 50), _percentile(floor, 95)
    found = [
        measure(f"users.{users}.floor.p50", middle, "ms"),
        measure(f"users.{users}.floor.p95", high, "ms"),
        measure(f"users.{users}.answers_per_second", (len(asked) + len(floor)) / seconds, "1/s"),
        measure(f"users.{users}.all.p50", _percentile(asked, 50), "ms"),
        measure(f"users.{users}.all.p95", _percentile(asked, 95), "ms", limit),
        measure(f"users.{users}.all.against_floor", _percentile(asked, 50) / middle, "times"),
    ]
    for name, each in sorted(together.items()):
        found.append(measure(f"users.{users}.{name}.p50", _percentile(each, 50), "ms"))
        found.append(measure(f"users.{users}.{name}.p95", _percentile(each, 95), "ms", limit))
    return found


def _ask(
    config: Settings, questions: Sequence[Question], rounds: int, place: int, users: int, start: Barrier, times: Times
) -> None:
    """One reader, with a session of its own: a first round that is not counted, then ``rounds``."""
    begin = place * len(questions) // users
    turned = [*questions[begin:], *questions[:begin]]
    with reader(config) as client:
        _timed(client, None)
        if users == ONE:
            for question in turned:
                call(client, question.body)
        start.wait()
        for _ in range(rounds):
            for question in turned:
                times.setdefault(question.name, []).append(_timed(client, question))
                times.setdefault(FLOOR, []).append(_timed(client, None))


def _timed(client: httpx.Client, question: Question | None) -> float:
    """Milliseconds of one answer; of the floor without a question."""
    began = time.perf_counter()
    if question is None:
        client.get(FLOOR).raise_for_status()
    else:
        call(client, question.body)
    return 1000 * (time.perf_counter() - began)


def _percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def _in_a_browser(config: Settings, addresses: Sequence[str], say: Callable[[str], None]) -> list[Measure]:
    """What Chromium downloads and when it shows the page; nothing where it, or Playwright, is not installed."""
    try:
        from taian.bench.webbrowser import visits
    except ImportError:
        say("Playwright is not installed: bytes and first paint are not measured.")
        return []
    return visits(config, addresses)
