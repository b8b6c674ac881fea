"""An entry holds its book only for what follows from the entry before it; and its pairs of characters are found in one pass (docs/decisions/0022).

Commitments, texts and personal values depend on no other entry: they are made before the book's lock is taken, so that those who wait for it
wait for number, time, digest and the search text alone. The same bytes, the same lexemes: what stands is left as it is.
"""

from importlib import import_module
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_before = import_module("logbook.migrations.0014_search")

# Each character with the one behind it, side by side; a character of white space begins no pair and is left out of one.
TOKENS = r"""
CREATE OR REPLACE FUNCTION search_tokens(book bigint, number bigint, said text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog AS $$
DECLARE
    block CONSTANT text := book || '.' || (number >> 13) || '.';
    spaced CONSTANT text := regexp_replace(said, '\s', ' ', 'g');
BEGIN
    RETURN array_to_tsvector(COALESCE((
        SELECT array_agg(block || rtrim(each || following))
        FROM unnest(string_to_array(spaced, NULL), string_to_array(substr(spaced, 2) || ' ', NULL)) AS pairs (each, following)
        WHERE each <> ' '), '{}'));
END $$;
"""
UNDO_TOKENS = _before.TOKENS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

LOCKED = """    -- The same lock as hold_books(): one writer at a time for each book, so that numbers follow the order of commits.
    PERFORM pg_advisory_xact_lock(1685419129, NEW.book_id::int);
    SELECT book.origin, newest.number, newest.digest, newest.recorded_at INTO STRICT last
    FROM logbook_book AS book LEFT JOIN LATERAL (
        SELECT * FROM logbook_entrydigest AS d WHERE d.book_id = book.id ORDER BY d.number DESC LIMIT 1) AS newest ON true
    WHERE book.id = NEW.book_id;
    NEW.number := COALESCE(last.number, 0) + 1;
    NEW.recorded_at := GREATEST(record_clock(), last.recorded_at);
    NEW.previous := COALESCE(last.digest, decode(repeat('00', 32), 'hex'));
"""
SECRET = "    NEW.secret := record_salt();\n"
HEAD = r"""'duty-desk-entry/1' || E'\n' || last.origin || E'\n' || NEW.number || E'\n'
        || record_time(NEW.recorded_at) || E'\n' || encode(NEW.previous, 'hex') || E'\n'
        || """
COMMITMENTS = r"""string_agg(line || E'\n', '' ORDER BY line COLLATE "C") INTO """
END = "    ) AS every (line);\n"

BEFORE_AND_AFTER = [
    (LOCKED + SECRET, SECRET),
    ("    SELECT " + HEAD + COMMITMENTS + "NEW.leaf\n", "    SELECT " + COMMITMENTS + "committed\n"),
    (END, END + "\n" + LOCKED + "    NEW.leaf := " + HEAD + "committed;\n"),
    ("    lines text[] := '{}';\n", "    lines text[] := '{}';\n    committed text;\n"),
]


def the_lock_comes_later(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets the record's trigger take the book's lock after the commitments."""
    _before._rewrite_trigger(editor, BEFORE_AND_AFTER)


def the_lock_comes_first(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets it take the lock before everything else."""
    _before._rewrite_trigger(editor, [(new, old) for old, new in reversed(BEFORE_AND_AFTER)])


class Migration(migrations.Migration):
    dependencies = [("logbook", "0031_a_purge_keeps_its_plans")]
    operations = [
        migrations.RunSQL(TOKENS, UNDO_TOKENS),
        migrations.RunPython(the_lock_comes_later, the_lock_comes_first),
    ]
