"""``python -m taian`` is the ``taian`` command."""

from taian.cli import main

main()
