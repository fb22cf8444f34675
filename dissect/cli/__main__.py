"""`python -m dissect.cli`."""

from dissect.cli import run

run()
