"""Airflow's executor for one machine, which does not outlive its processes.

A task that has been handed to a process which is then killed stays "queued" for as long as Airflow waits for anything
that is queued, and a process killed while it holds the queue's lock leaves the others waiting for ever. A scheduler
that starts anew hands such tasks out again, so the whole of it ends, and supervisord starts it again.
"""

import os
from multiprocessing import Process
from typing import NoReturn

from airflow.executors.local_executor import LocalExecutor

ENDED = 1


class OneFateExecutor(LocalExecutor):
    """LocalExecutor whose scheduler ends, with all its processes, when one of them was killed."""

    def _check_workers(self) -> None:
        workers: list[Process] = list(self.workers.values())
        if not all(worker.is_alive() for worker in workers):
            self.log.error("A process of the executor was killed: the scheduler starts anew")
            _end(workers)
        super()._check_workers()  # type: ignore[no-untyped-call]


def _end(workers: list[Process]) -> NoReturn:
    for worker in workers:
        worker.kill()
    # Leaving in good order would wait for the queue, whose lock the dead process may hold.
    os._exit(ENDED)
