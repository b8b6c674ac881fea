"""What is searched stands in a table of its own, with an index of bigrams by book and block (docs/decisions/0030).

The folded text leaves the row of the text: it holds more than the text now (place, result, next step, the kind's own
fields), and entries without a text have one too. It still goes when the text goes.
"""

import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from logbook.folding import VERSION, search_text

PORTION = 5000
# As logbook.rules has it at this migration: what nobody wrote as a word.
NOT_WORDS = {"consent", "typed_at", "pinned_until"}

# One lexeme for each pair of characters that stand together in a word, and for the last character of each word: so a
# single character is found by prefix. Before it book and block, 8,192 numbers each: whoever looks for the newest entries
# asks the newest block first, and never reads more than one block beyond what a page shows.
TOKENS = """
CREATE FUNCTION search_tokens(book bigint, number bigint, said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog AS $$
    SELECT array_to_tsvector(COALESCE(array_agg(book || '.' || (number >> 13) || '.' || pair), '{}')) FROM (
        SELECT each || CASE WHEN following ~ '\\S' THEN following ELSE '' END AS pair FROM (
            SELECT each, COALESCE(lead(each) OVER (ORDER BY place), ' ') AS following
            FROM unnest(string_to_array(said, NULL)) WITH ORDINALITY AS parts(each, place)
        ) AS pairs WHERE each ~ '\\S'
    ) AS found
$$;
"""
# New lexemes wait in a short list: an insert costs a tenth more instead of a quarter, and a search reads the list for each block.
TABLE = """
ALTER TABLE logbook_searchtext ADD CONSTRAINT searchtext_of_an_entry FOREIGN KEY (entry_id) REFERENCES logbook_entry (id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX searchtext_tokens ON logbook_searchtext USING gin (search_tokens(book_id, number, search))
    WITH (gin_pending_list_limit = 64);
"""
UNDO_TABLE = "DROP INDEX searchtext_tokens; ALTER TABLE logbook_searchtext DROP CONSTRAINT searchtext_of_an_entry;"

# A phone number is found by its last digits: by the beginning of its digits backwards.
PHONES = """
CREATE FUNCTION phone_backwards(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT reverse(regexp_replace(value, '[^0-9]', '', 'g'))
$$;
CREATE INDEX personalvalue_phone ON logbook_personalvalue (phone_backwards(value) text_pattern_ops) WHERE name = 'phone';
CREATE INDEX entry_by_phone ON logbook_entry ((personal -> 'phone')) WHERE (personal -> 'phone') IS NOT NULL;
"""
UNDO_PHONES = "DROP INDEX entry_by_phone; DROP INDEX personalvalue_phone; DROP FUNCTION phone_backwards(text);"

GOES_WITH_THE_TEXT = """
CREATE FUNCTION search_text_goes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM logbook_searchtext WHERE entry_id = OLD.entry_id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_text_goes AFTER UPDATE OR DELETE ON logbook_entrytext FOR EACH ROW EXECUTE FUNCTION search_text_goes();
ALTER TABLE logbook_entrytext ENABLE ALWAYS TRIGGER search_text_goes;
"""
UNDO_GOES = "DROP TRIGGER search_text_goes ON logbook_entrytext; DROP FUNCTION search_text_goes();"

# Two places of the record's insert trigger change; the rest of it stays as whatever migration before has made it.
BEFORE_AND_AFTER = [
    (
        """INSERT INTO logbook_entrytext (entry_id, text, salt, search, folding)
        VALUES (NEW.id, words ->> 'text', salt, COALESCE(words ->> 'search', ''), COALESCE((words ->> 'folding')::int, 0));""",
        "INSERT INTO logbook_entrytext (entry_id, text, salt) VALUES (NEW.id, words ->> 'text', salt);",
    ),
    (
        "    NEW.digest := sha256(",
        """    IF COALESCE(words ->> 'search', '') <> '' THEN
        INSERT INTO logbook_searchtext (entry_id, book_id, number, search, folding)
        VALUES (NEW.id, NEW.book_id, NEW.number, words ->> 'search', COALESCE((words ->> 'folding')::int, 0));
    END IF;

    NEW.digest := sha256(""",
    ),
]


def _rewrite_trigger(editor: BaseDatabaseSchemaEditor, pairs: list[tuple[str, str]]) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('record_entry_insert'::regproc)")
        words = cursor.fetchone()[0]
        for old, new in pairs:
            if words.count(old) != 1:
                raise RuntimeError("The record's insert trigger is not the one that this migration knows.")
            words = words.replace(old, new)
        cursor.execute(words.replace("%", "%%"), [])


def trigger_writes_search_text(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets the record's trigger write into the new table."""
    _rewrite_trigger(editor, BEFORE_AND_AFTER)


def trigger_as_before(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets the record's trigger write the folded text beside the text again."""
    _rewrite_trigger(editor, [(new, old) for old, new in BEFORE_AND_AFTER])


def fold_what_stands(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Folds every entry that stands already and is not veiled, five thousand at a time."""
    after = 0
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                """SELECT e.id, e.book_id, e.number, e.act, e.fields, COALESCE(w.text, ''), e.place, e.result, e.next_step
                FROM logbook_entry e LEFT JOIN logbook_entrytext w ON w.entry_id = e.id WHERE e.id > %s
                AND NOT EXISTS (SELECT FROM logbook_veil v WHERE v.entry_id = e.id) ORDER BY e.id LIMIT %s""",
                [after, PORTION],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            made = []
            for pk, book, number, act, fields, *said in rows:
                if act != "act":
                    own = json.loads(fields) if isinstance(fields, str) else fields
                    said += [
                        value for name, value in own.items()
                        if value != "true" and (name.startswith("own_") or (name not in NOT_WORDS and not value.isdigit()))
                    ]
                if any(said):
                    made.append((pk, book, number, search_text(said), VERSION))
            cursor.executemany(
                "INSERT INTO logbook_searchtext (entry_id, book_id, number, search, folding) VALUES (%s, %s, %s, %s, %s)", made
            )


DROP_COLUMNS = "ALTER TABLE logbook_entrytext DROP COLUMN search, DROP COLUMN folding;"
ADD_COLUMNS = """
ALTER TABLE logbook_entrytext ADD COLUMN search text NOT NULL DEFAULT '', ADD COLUMN folding smallint NOT NULL DEFAULT 0;
ALTER TABLE logbook_entrytext DISABLE TRIGGER USER;
UPDATE logbook_entrytext w SET search = s.search, folding = s.folding FROM logbook_searchtext s WHERE s.entry_id = w.entry_id;
ALTER TABLE logbook_entrytext ENABLE ALWAYS TRIGGER record_refuses_change;
ALTER TABLE logbook_entrytext ALTER COLUMN search DROP DEFAULT, ALTER COLUMN folding DROP DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("logbook", "0013_erase_and_veil")]
    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True,
                        related_name="search_text", serialize=False, to="logbook.entry",
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("search", models.TextField()),
                ("folding", models.PositiveSmallIntegerField()),
                (
                    "book",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="logbook.book",
                    ),
                ),
            ],
        ),
        migrations.RunPython(fold_what_stands, migrations.RunPython.noop),
        migrations.RunSQL(TOKENS, "DROP FUNCTION search_tokens(bigint, bigint, text);"),
        migrations.RunSQL(TABLE, UNDO_TABLE),
        migrations.RunSQL(PHONES, UNDO_PHONES),
        migrations.RunPython(trigger_writes_search_text, trigger_as_before),
        migrations.RunSQL(
            DROP_COLUMNS, ADD_COLUMNS,
            state_operations=[
                migrations.RemoveField(model_name="entrytext", name="search"),
                migrations.RemoveField(model_name="entrytext", name="folding"),
            ],
        ),
        migrations.RunSQL(GOES_WITH_THE_TEXT, UNDO_GOES),
    ]
