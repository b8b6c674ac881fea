"""A search finds an act by no reference and no digest, for nobody reads these and short numbers stand in most of them (A17, docs/decisions/0030).

The search texts of acts are folded anew, five thousand at a time; the record itself is only read.
"""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from logbook.folding import VERSION, mark_of, search_text

_before = import_module("logbook.migrations.0028_search_finds_people_and_acts")
ROWS = _before.ROWS.replace("(e.act = 'act' OR e.handler <> '' OR e.waiting_for <> '')", "e.act = 'act'")
# As logbook.rules.searched has it at this migration.
NOT_NAMES = ("_at", "_ref", "_version", "_digest", "_meaning", "_method", "_last_seen")
NOT_NAMED = {"method", "asked_method", "value_name", "mode", "cut_off"}
ALWAYS_NAMED = {"file_digest", "key", "old_key", "new_key"}
UNREAD = re.compile(r"(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?: |$))+|[0-9a-f]{32,}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]+")


def parts_now(row: Mapping[str, Any]) -> list[str]:
    """What is found of an act from now on."""
    named = [] if row["code"] in _before.OF_THE_DATABASE else list(dict.fromkeys(
        value for name, value in _before._named(row["fields"])
        if value not in {"", "true"} and name not in NOT_NAMED and not name.startswith("attachment_")
        and (name in ALWAYS_NAMED or not (name.endswith(NOT_NAMES) or UNREAD.fullmatch(value)))
    ))
    return [row["text"], *named, *([mark_of("act", row["code"])] if row["code"] else [])]


def _fold(editor: BaseDatabaseSchemaEditor, parts: Callable[[Mapping[str, Any]], list[str]]) -> None:
    after = 0
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(ROWS, [after, _before.PORTION])
            rows = [dict(zip(_before.NAMED, row, strict=True)) for row in cursor.fetchall()]
            if not rows:
                return
            after = rows[-1]["pk"]
            made = [row | {"new": search_text(parts(row))} for row in rows]
            changed = [row for row in made if row["new"] and row["new"] != row["old"]]
            cursor.execute(_before.WRITE, [VERSION, *([row[name] for row in changed] for name in ("pk", "book", "number", "new"))])
            cursor.execute("DELETE FROM logbook_searchtext WHERE entry_id = ANY (%s)", [[row["pk"] for row in made if not row["new"]]])


def fold_without_digests(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Folds the acts by the rule of now."""
    _fold(editor, parts_now)


def fold_with_digests(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Folds them as they were."""
    _fold(editor, _before.parts_now)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0032_a_book_is_held_shorter")]
    operations = [migrations.RunPython(fold_without_digests, fold_with_digests)]
