"""Verifying twice: by what is compiled, as a long book is, and by Python alone; both must come to the same."""

from typing import Any
from unittest.mock import patch

from logbook import verify as verifying
from logbook.proof import confirming


def verify_compiled(*books: Any, **bounds: Any) -> verifying.Report:
    """The report as a long book has it: what is not confirmed is Python's, which alone finds breaches."""
    with patch.object(confirming, "WORTH", 0):
        return verifying.verify(*books, **bounds)


def verify(*books: Any, **bounds: Any) -> verifying.Report:
    """The report of both ways, as `logbook.verify.verify` gives it."""
    plain = verifying.verify(*books, **bounds)
    assert verify_compiled(*books, **bounds) == plain
    return plain
