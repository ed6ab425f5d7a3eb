import subprocess
import sys

KILLED = """
import os, signal
from taian.executor import OneFateExecutor

executor = OneFateExecutor(parallelism=2)
executor.start()
executor.sync()
first, second = executor.workers.values()
print("both work", first.pid, second.pid, flush=True)
os.kill(first.pid, signal.SIGKILL)
first.join()
executor.sync()
print("went on")
"""


def test_a_scheduler_ends_when_one_of_its_processes_was_killed(tmp_path):
    environment = {"AIRFLOW_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", KILLED], env=environment, text=True, capture_output=True, check=False, timeout=120
    )
    assert "both work" in ran.stdout, ran.stderr
    assert "went on" not in ran.stdout
    assert ran.returncode == 1
