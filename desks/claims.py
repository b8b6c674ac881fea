"""One helper for every change of state: a conditional update with its one history row (I9)."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused, Words

M = TypeVar("M", bound=models.Model)


class AlreadyChanged(Refused):
    """Somebody else changed the thing first."""


def claim(
    model: type[M],
    pk: Any,
    *,
    old: Any,
    new: Any,
    actor: Any,
    reason: str,
    now: datetime,
    state_field: str = "state",
    refusal: Words = "",
    **changes: Any,
) -> M:
    """Moves a row from the old state to the new one, with further changes, and writes its history row.

    `old` is one state or a tuple of states. Exactly one of several callers wins; the others get AlreadyChanged
    (I9: who, when, and why). Must run inside a transaction, which the row then is locked for.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("claim() runs inside the act's transaction.")
    olds = old if isinstance(old, tuple) else (old,)
    rows = model._default_manager.filter(pk=pk, **{f"{state_field}__in": olds})
    if rows.update(**{state_field: new}, **changes) != 1:
        raise AlreadyChanged(
            "I9",
            refusal or _("Somebody else has changed this in the meantime."),
            _("Load the page again and look at what it says now."),
        )
    row = model._default_manager.get(pk=pk)
    history = model.history.model  # type: ignore[attr-defined]
    tracked = {field.attname: getattr(row, field.attname) for field in history.tracked_fields}
    history.objects.create(
        **tracked, history_date=now, history_type="~", history_change_reason=str(reason), history_user=actor
    )
    return row
