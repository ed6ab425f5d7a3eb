"""A thin client of Airflow's public REST API (v2): trigger a night, watch it, repeat what failed."""

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from taian.airflow_config import airflow_home, airflow_url, is_loopback
from taian.errors import ProblemError
from taian.settings import Settings

PAGE = 100
"""Airflow returns at most this many rows an answer."""
PATIENCE_SECONDS = 120.0
"""A killed API server is back within this time."""


@dataclass(frozen=True)
class Run:
    """One run of a DAG."""

    run_id: str
    state: str
    conf: dict[str, Any]


@dataclass(frozen=True)
class TaskState:
    """One task of a run: ``state`` is None until the scheduler has looked at it; ``seconds`` of its last try."""

    task: str
    title: str
    state: str | None
    tries: int
    seconds: float | None


class AirflowApi:
    """Talks to the API server of this installation; a server that is just restarting is waited for."""

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._client = httpx.Client(base_url=airflow_url(settings), timeout=30.0, trust_env=False, transport=transport)
        self._token: str | None = None

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def is_up(self) -> bool:
        """Whether the API server answers at all."""
        try:
            return self._client.get("/api/v2/monitor/health", timeout=5.0).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _log_in(self) -> str:
        if is_loopback(self._settings.host):
            answer = self._client.get("/auth/token")
        else:
            file = airflow_home(self._settings) / "passwords.json"
            password = json.loads(file.read_text(encoding="utf-8"))["admin"]
            answer = self._client.post("/auth/token", json={"username": "admin", "password": password})
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def _call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """One call; connection errors and a token that has run out are tried again for PATIENCE_SECONDS."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._token = self._token or self._log_in()
                headers = {"Authorization": f"Bearer {self._token}"}
                answer = self._client.request(method, f"/api/v2{path}", headers=headers, **arguments)
                if answer.status_code == httpx.codes.UNAUTHORIZED:
                    self._token = None
                elif answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return answer
                failure = f"it answered {answer.status_code}"
            except (httpx.HTTPError, OSError) as error:
                failure = str(error) or type(error).__name__
            if time.monotonic() > deadline:
                raise ProblemError(
                    f"Airflow at {airflow_url(self._settings)} cannot be reached ({failure}): "
                    "see taian status, then run taian up."
                )
            time.sleep(1.0)

    def _json(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self._call(method, path, **arguments)
        if answer.is_error:
            raise ProblemError(f"Airflow refused {method} {path} ({answer.status_code}: {answer.text[:200]}).")
        return answer.json()

    def import_error(self) -> str | None:
        """Why a DAG file could not be read, in its last line; None when all were."""
        errors = self._json("GET", "/importErrors", params={"limit": 1})["import_errors"]
        return str(errors[0]["stack_trace"]).strip().splitlines()[-1] if errors else None

    def has_dag(self, dag: str) -> bool:
        """Whether the DAG processor has read this DAG."""
        return self._call("GET", f"/dags/{dag}").status_code == httpx.codes.OK

    def runs(self, dag: str, prefix: str) -> list[Run]:
        """Runs whose name starts with ``prefix``, newest last."""
        found: list[Run] = []
        while True:
            parameters = {"limit": PAGE, "offset": len(found), "order_by": "id"}
            answer = self._json("GET", f"/dags/{dag}/dagRuns", params=parameters)
            page = [Run(r["dag_run_id"], r["state"], r["conf"] or {}) for r in answer["dag_runs"]]
            found += page
            if len(page) < PAGE:
                return [run for run in found if run.run_id.startswith(prefix)]

    def run(self, dag: str, run_id: str) -> Run:
        """One run as it is now."""
        answer = self._json("GET", f"/dags/{dag}/dagRuns/{run_id}")
        return Run(answer["dag_run_id"], answer["state"], answer["conf"] or {})

    def trigger(self, dag: str, run_id: str, conf: dict[str, Any]) -> Run:
        """Start a run of that name."""
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        answer = self._json("POST", f"/dags/{dag}/dagRuns", json=body)
        return Run(answer["dag_run_id"], answer["state"], answer["conf"] or {})

    def tasks(self, dag: str, run_id: str) -> list[TaskState]:
        """Every task of a run."""
        found: list[TaskState] = []
        while True:
            path = f"/dags/{dag}/dagRuns/{run_id}/taskInstances"
            answer = self._json("GET", path, params={"limit": PAGE, "offset": len(found)})
            page = [
                TaskState(t["task_id"], t["task_display_name"], t["state"], t["try_number"], t["duration"])
                for t in answer["task_instances"]
            ]
            found += page
            if len(page) < PAGE:
                return found

    def said(self, dag: str, run_id: str, task: str) -> str:
        """The sentence a task returned, empty when it returned none."""
        answer = self._call("GET", f"/dags/{dag}/dagRuns/{run_id}/taskInstances/{task}/xcomEntries/return_value")
        value = answer.json().get("value") if answer.is_success else None
        return str(value) if value is not None else ""

    def clear(self, dag: str, run_id: str, tasks: list[str]) -> None:
        """Have these tasks, and what depends on them, run again in the same run."""
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": tasks,
            "only_failed": False,
            "include_downstream": True,
            "reset_dag_runs": True,
        }
        self._json("POST", f"/dags/{dag}/clearTaskInstances", json=body)
