"""Verifying twice: by what is compiled, as a long book is, and by Python alone; both must come to the same."""

from typing import Any
from unittest.mock import patch

from logbook import verify as verifying
from logbook.proof import confirming


def verify(*books: Any, **bounds: Any) -> verifying.Report:
    """The report of both ways, as `logbook.verify.verify` gives it."""
    with patch.object(confirming, "WORTH", 0):
        compiled = verifying.verify(*books, **bounds)
    plain = verifying.verify(*books, **bounds)
    assert compiled == plain
    return plain
