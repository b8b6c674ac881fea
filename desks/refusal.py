"""What an act says when it may not happen: the rule's clause, the reason and what to do next."""

from django.utils.functional import Promise

Words = str | Promise


class Refused(Exception):
    """An act was refused.

    `clause` is the ID of the regulation's clause or of the project's invariant ("A18", "I4"), `reason` what was
    refused and why, `remedy` what to do next, `field` the name of the form field that the refusal stands beside.
    """

    def __init__(self, clause: str, reason: Words, remedy: Words = "", *, field: str | None = None) -> None:
        super().__init__(clause, reason, remedy)
        self.clause = clause
        self.reason = reason
        self.remedy = remedy
        self.field = field

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy} ({self.clause})"


class WrongSecret(Refused):
    """A PIN or password did not match; the failure has been counted."""
