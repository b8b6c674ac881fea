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

SECRET = "    NEW.secret := record_salt();\n"
COMMITMENTS = r"""string_agg(line || E'\n', '' ORDER BY line COLLATE "C") INTO """
END = "    ) AS every (line);\n"
# The words that stand there since, and only change their place.
_words = import_module("logbook.migrations.0006_quick_record").INSERT
LOCKED = _words[_words.index("    -- The same lock as hold_books()") : _words.index(SECRET)]
HEAD = _words[_words.index("'duty-desk-entry/1'") : _words.index(COMMITMENTS)]

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
