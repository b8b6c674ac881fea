"""System checks of where attached files lie (A18, docs/record.md)."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Tags as CheckTags


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
