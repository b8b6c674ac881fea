"""System checks of where attached files lie, and of the way to the witnesses of checkpoints (A18, docs/record.md)."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.checks import Tags as CheckTags
from django.db import Error as DatabaseError


@register(CheckTags.files, deploy=True)
def attached_files_have_a_place(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Asked by `manage.py check --deploy`, and by each process before it serves in production."""
    if settings.MODE != "production":
        return []
    place = Path(settings.FILES_DIR)
    if not settings.FILES_DIR_IS_SET:
        return [
            Error(
                "FILES_DIR is not set: attached photos would lie beside the program.",
                hint="Name a folder that the backup takes, and that web and worker share.", id="logbook.E001",
            )
        ]
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return [
            Error(
                f"FILES_DIR, {place}, is no folder that this process can write to.",
                hint="Make it, and give it to the user of web and worker.", id="logbook.E002",
            )
        ]
    return []


@register("mail", deploy=True)
def witnesses_can_be_reached(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Asked by `manage.py check --deploy`: warns where checkpoints should go out and cannot. It stops no process."""
    from logbook.queries import witnesses_unreached

    try:
        unreached = witnesses_unreached()
    except DatabaseError:
        return []
    if unreached:
        return [
            Warning(
                "Witnesses of checkpoints are named, but no mail server is set: nothing is sent to them.",
                hint="Set EMAIL_HOST and EMAIL_FROM, and what the server asks for: EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD.",
                id="logbook.W001",
            )
        ]
    if settings.MAIL_GOES == "server" and not settings.EMAIL_FROM_IS_SET:
        return [
            Warning(
                "EMAIL_HOST is set, but EMAIL_FROM is not: mail would come from duty-desk@localhost, which servers refuse.",
                hint="Set EMAIL_FROM to an address that the mail server sends for.", id="logbook.W002",
            )
        ]
    return []
