"""A search finds who handles a matter and for whom it waits, and acts by what they name and how they are worded (A17, docs/decisions/0030).

The search texts of acts, and of entries that name a handler or somebody who is waited for, are folded anew; the record itself is
only read. What says that a text is veiled names both people for English readers too. Acts of a site's book lose the sentences that stood there in three languages: these could not be verified, for a wording may change.
"""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from desks.wording import worded_in_every_language
from logbook.folding import VERSION, mark_of, search_text

PORTION = 5000
# As logbook.rules.searched has it at this migration.
NOT_WORDS = {"consent", "typed_at", "pinned_until"}
NOT_NAMES = ("_at", "_ref", "_version", "_digest")
NOT_NAMED = {"method", "asked_method", "value_name"}
OF_THE_DATABASE = {"text_veiled", "personal_erased_customer", "personal_erased_phone", "log_purged"}

# What functions of the database write as an entry gets its mark there; the same as logbook.folding.mark_of.
_note = import_module("logbook.migrations.0013_erase_and_veil").NOTE
NOTE_BEFORE = _note.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
MARK = """
CREATE FUNCTION search_mark(what text, code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT chr(57344 + (get_byte(made, 0) * 256 + get_byte(made, 1)) % 6400) || chr(57344 + (get_byte(made, 2) * 256 + get_byte(made, 3)) % 6400)
    FROM (SELECT sha256(convert_to(what || ' ' || code, 'UTF8')) AS made) AS digest
$$;
"""
NOTE = MARK + NOTE_BEFORE.replace("personal, request_digest)", "personal, request_digest, intake)").replace(
    "p_fields, '{}', '')",
    f"p_fields, '{{}}', '',\n        jsonb_build_object('text', '', 'search', search_mark('act', p_code), 'folding', {VERSION}))",
)
UNDO_NOTE = NOTE_BEFORE + "DROP FUNCTION search_mark(text, text);"

# The entry that says of a veil names both people in Latin letters as well, where these are known.
_veil = import_module("logbook.migrations.0013_erase_and_veil").VEIL
VEIL_BEFORE = "CREATE OR REPLACE" + _veil[_veil.index(" FUNCTION record_veil(") : _veil.index("DROP TRIGGER record_refuses_change ON logbook_entrytext")]
NAMES_OF_BOTH = """'confirmed_by', (SELECT name FROM desks_person WHERE id = p_confirmer))"""
VEIL = VEIL_BEFORE.replace(
    NAMES_OF_BOTH,
    NAMES_OF_BOTH + """
        || COALESCE((SELECT jsonb_build_object('asked_by_en', name_latin) FROM desks_person WHERE id = asked.asked_by_id AND name_latin <> ''), '{}')
        || COALESCE((SELECT jsonb_build_object('confirmed_by_en', name_latin) FROM desks_person WHERE id = p_confirmer AND name_latin <> ''), '{}')""",
)

ROWS = """
SELECT e.id, e.book_id, e.number, COALESCE(s.search, ''), e.act, e.code, e.fields, COALESCE(w.text, ''), e.place, e.result, e.next_step,
    e.handler, e.waiting_for, CASE WHEN b.desk_id IS NULL THEN t.timezone END
FROM logbook_entry e JOIN logbook_book b ON b.id = e.book_id JOIN desks_site t ON t.id = b.site_id
LEFT JOIN logbook_entrytext w ON w.entry_id = e.id LEFT JOIN logbook_searchtext s ON s.entry_id = e.id
WHERE e.id > %s AND (e.act = 'act' OR e.handler <> '' OR e.waiting_for <> '') AND e.code <> 'purged'
    AND NOT (w.entry_id IS NULL AND e.leaf LIKE E'%%\\ntext %%')
ORDER BY e.id LIMIT %s
"""
WRITE = """
INSERT INTO logbook_searchtext (entry_id, book_id, number, search, folding)
SELECT *, %s FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
ON CONFLICT (entry_id) DO UPDATE SET search = EXCLUDED.search, folding = EXCLUDED.folding
"""
NAMES = """
UPDATE logbook_searchname n SET search = made.new || substr(n.search, char_length(made.old) + 1), folding = %s
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS made (entry_id, old, new) WHERE n.entry_id = made.entry_id
"""


def _named(fields: Any) -> list[tuple[str, str]]:
    found = json.loads(fields) if isinstance(fields, str) else fields
    said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
    return sorted(said.items(), key=lambda each: (len(each[0].encode()), each[0].encode()))


def _own_words(fields: Any) -> list[str]:
    return [
        value for name, value in _named(fields)
        if value != "true" and (name.startswith("own_") or not (name in NOT_WORDS or value.isdigit() or name.startswith("attachment_")))
    ]


def parts_now(row: Mapping[str, Any]) -> list[str]:
    """What is found of a row from now on."""
    if row["act"] == "act":
        named = [] if row["code"] in OF_THE_DATABASE else list(dict.fromkeys(
            value for name, value in _named(row["fields"])
            if value not in {"", "true"} and name not in NOT_NAMED and not name.startswith("attachment_")
            and (name == "file_digest" or not name.endswith(NOT_NAMES))
        ))
        return [row["text"], *named, *([mark_of("act", row["code"])] if row["code"] else [])]
    people = [each for each in dict.fromkeys((row["handler"], row["waiting_for"])) if each]
    return [
        *(row[name] for name in ("text", "place", "result", "next_step")), *_own_words(row["fields"]), *people,
        *(mark_of("department", each) for each in people),
    ]


def parts_before(row: Mapping[str, Any]) -> list[str]:
    """What was found of a row before."""
    if row["act"] == "act":
        said = worded_in_every_language(row["code"], dict(_named(row["fields"])), ZoneInfo(row["zone"])) if row["zone"] else []  # type: ignore[arg-type]
        return [row["text"], *said, *(row[name] for name in ("place", "result", "next_step"))]
    return [*(row[name] for name in ("text", "place", "result", "next_step")), *_own_words(row["fields"])]


NAMED = ("pk", "book", "number", "old", "act", "code", "fields", "text", "place", "result", "next_step", "handler", "waiting_for", "zone")


def _fold(editor: BaseDatabaseSchemaEditor, parts: Callable[[Mapping[str, Any]], list[str]]) -> None:
    after = 0
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(ROWS, [after, PORTION])
            rows = [dict(zip(NAMED, row, strict=True)) for row in cursor.fetchall()]
            if not rows:
                return
            after = rows[-1]["pk"]
            made = [row | {"new": search_text(parts(row))} for row in rows]
            kept = [row for row in made if row["new"]]
            cursor.execute(WRITE, [VERSION, *([row[name] for row in kept] for name in ("pk", "book", "number", "new"))])
            cursor.execute("DELETE FROM logbook_searchtext WHERE entry_id = ANY (%s)", [[row["pk"] for row in made if not row["new"]]])
            cursor.execute(NAMES, [VERSION, *([row[name] for row in made] for name in ("pk", "old", "new"))])


def fold_what_stands(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Folds acts and what names a handler anew, five thousand at a time."""
    _fold(editor, parts_now)


def fold_as_before(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Folds them as they were."""
    _fold(editor, parts_before)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0027_purge_by_sets")]
    operations = [migrations.RunPython(fold_what_stands, fold_as_before), migrations.RunSQL(NOTE, UNDO_NOTE), migrations.RunSQL(VEIL, VEIL_BEFORE)]
