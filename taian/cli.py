"""The ``taian`` command, gathered from ``taian.commands``: each module there adds its own with ``register(app)``.

Exit codes: 0 done; 1 done, and something needs a person; 2 not done. What goes wrong is one sentence on standard error;
the traceback goes to the log.
"""

import datetime as dt
import importlib
import os
import pkgutil
import re
import sys
import traceback
from pathlib import Path
from tomllib import TOMLDecodeError

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from typer.exceptions import TyperException

from taian import commands
from taian.errors import ProblemError

DONE, NEEDS_A_PERSON, NOT_DONE, INTERRUPTED = 0, 1, 2, 130


def make_app() -> typer.Typer:
    """The command with everything in ``taian.commands``."""
    app = typer.Typer(
        name="taian",
        help="The big-data platform of 泰安: run it, hand in deliveries, look at what the night made of them.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    for module in sorted(found.name for found in pkgutil.iter_modules(commands.__path__)):
        importlib.import_module(f"{commands.__name__}.{module}").register(app)
    return app


app = make_app()


def sentence(error: Exception) -> str:
    """What a person is told about an expected mistake."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            return f"taian.toml has the key '{name}', which is no setting: taian settings lists them all."
        where = name if name.isupper() else f"TAIAN_{name.upper()}"
        return f"The setting {where} is not usable: {first['msg']} (taian settings lists them all)."
    if isinstance(error, SettingsError):
        # Its text is all that names the field; only settings written as JSON end here.
        field = (re.findall(r'field "(\w+)"', str(error)) or ["?"])[0]
        return (
            f"The setting TAIAN_{field.upper()} is not usable: it is not valid JSON, "
            'write it like {"tax": "jdbc:…"} (taian settings lists them all).'
        )
    if isinstance(error, TOMLDecodeError):
        return f"taian.toml cannot be read ({error}): mend it, one key = value a line."
    if isinstance(error, TyperException):
        return f"{error.format_message().rstrip('.').strip()}: see taian --help."
    return str(error)


def log_traceback(arguments: list[str]) -> Path | None:
    """Keep the current traceback where an operator finds it; None when even that is impossible."""
    try:
        from taian.files import private_folder
        from taian.services import installation

        path = private_folder(installation().home / "log") / "taian.log"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(
                f"{dt.datetime.now().astimezone().isoformat()} taian {' '.join(arguments)}\n{traceback.format_exc()}\n"
            )
    except (OSError, ValueError):
        return None
    return path


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; nothing escapes but the code."""
    try:
        result = app(arguments, prog_name="taian", standalone_mode=False)
    except (ProblemError, ValidationError, SettingsError, TOMLDecodeError, TyperException) as error:
        # Asking for nothing shows the help, which is the message then.
        text = sentence(error) if str(error) else ""
        sys.stderr.write(f"{text}\n" if text else "")
        return NOT_DONE
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("Interrupted.\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - replaces the closed pipe until exit
        return DONE
    except Exception as error:
        path = log_traceback(arguments)
        told = " ".join(str(error).split())[:300] or "no message"
        sys.stderr.write(f"{type(error).__name__}: {told} (a fault of the platform; details in {path or 'no log'}).\n")
        return NOT_DONE
    return result if isinstance(result, int) else DONE


def main() -> None:
    """Entry point of the ``taian`` command; what it writes is for this user only."""
    os.umask(0o077)
    sys.exit(run(sys.argv[1:]))
