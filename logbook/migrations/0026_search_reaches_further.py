"""Customers' names are searched, everybody who wrote in a book is found by an index, and who reads what is veiled leaves from where.

For A17, A20 and I8; the search as docs/decisions/0030 says.

Entries with a customer stand once more with the folded name in a table of their own. The insert costs what it did for all others:
the indexes of author and of who entered it alone are dropped for those by book. Existing rows are only read; what guards other
tables comes last, so that their writers wait for moments.
"""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from desks.together import together
from logbook.folding import VERSION, folded

PORTION = 5000

INDEX = """
CREATE INDEX searchname_tokens ON logbook_searchname USING gin (search_tokens(book_id, number, search)) WITH (gin_pending_list_limit = 64);
"""
# The name goes with the value that it was folded from, and all of it with the text. No foreign key to the entry: a purge
# takes what points at an entry for a reason to keep its stub.
GOES = """
ALTER TABLE logbook_searchname ADD CONSTRAINT searchname_of_a_customer FOREIGN KEY (value_id) REFERENCES logbook_personalvalue (id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE OR REPLACE FUNCTION search_text_goes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM logbook_searchtext WHERE entry_id = OLD.entry_id;
    DELETE FROM logbook_searchname WHERE entry_id = OLD.entry_id;
    RETURN NULL;
END $$;
"""
_before = import_module("logbook.migrations.0014_search")
UNDO_GOES = (
    "ALTER TABLE logbook_searchname DROP CONSTRAINT searchname_of_a_customer;"
    + _before.GOES_WITH_THE_TEXT.split("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
)
# As migration 0013 has it, with the reader's address.
SEALED = """
DROP FUNCTION record_read_sealed(bigint, bigint, text, text);
CREATE FUNCTION record_read_sealed(p_entry bigint, p_reader bigint, p_session text, p_why text, p_address inet) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry logbook_entry;
BEGIN
    SELECT * INTO STRICT entry FROM logbook_entry WHERE id = p_entry;
    IF NOT record_holds_role(p_reader, entry.book_id, ARRAY['auditor'], '') THEN
        RAISE EXCEPTION 'Only an auditor of the site reads what is veiled (I8).';
    END IF;
    INSERT INTO logbook_accessrecord (person_id, desk_id, at, address, session, page, filters, filter_digest, kind, from_number, to_number, count)
        SELECT p_reader, desk_id, record_clock(), p_address, p_session, 'sealed',
            jsonb_build_object('entry', entry.number::text, 'why', p_why),
            encode(sha256(convert_to(entry.number || ' ' || p_why, 'UTF8')), 'hex'), 'unseal', entry.number, entry.number, 1
        FROM logbook_book WHERE id = entry.book_id;
    RETURN (SELECT text FROM logbook_sealedtext WHERE entry_id = p_entry);
END $$;
"""
_sealed = import_module("logbook.migrations.0013_erase_and_veil").VEIL
UNDO_SEALED = (
    "DROP FUNCTION record_read_sealed(bigint, bigint, text, text, inet);"
    + _sealed[_sealed.index("CREATE FUNCTION record_read_sealed") : _sealed.index("CREATE FUNCTION record_sealed_commitment")]
)
WRITES = [
    (
        "    NEW.digest := sha256(",
        """    IF COALESCE(words ->> 'named', '') <> '' AND NEW.personal ? 'customer' THEN
        INSERT INTO logbook_searchname (entry_id, value_id, book_id, number, search, folding)
        VALUES (NEW.id, (NEW.personal ->> 'customer')::bigint, NEW.book_id, NEW.number,
            COALESCE(words ->> 'search', '') || E'\\n' || (words ->> 'named'), COALESCE((words ->> 'folding')::int, 0));
    END IF;

    NEW.digest := sha256(""",
    ),
]


def trigger_writes_names(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets the record's trigger write into the new table."""
    _before._rewrite_trigger(editor, WRITES)


def trigger_as_before(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets the record's trigger write no names any more."""
    _before._rewrite_trigger(editor, [(new, old) for old, new in WRITES])


def fold_what_stands(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Folds the customer of every entry that has one and is not veiled, five thousand at a time."""
    after = 0
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                """SELECT e.id, v.id, e.book_id, e.number, COALESCE(s.search, ''), v.value
                FROM logbook_entry e JOIN logbook_personalvalue v ON v.id = (e.personal ->> 'customer')::bigint
                LEFT JOIN logbook_searchtext s ON s.entry_id = e.id WHERE e.id > %s AND e.personal <> '{}'
                AND NOT EXISTS (SELECT FROM logbook_veil WHERE entry_id = e.id) ORDER BY e.id LIMIT %s""",
                [after, PORTION],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            made = [(*keys, f"{said}\n{folded(name)}") for *keys, said, name in rows]
            cursor.execute(
                """INSERT INTO logbook_searchname (entry_id, value_id, book_id, number, search, folding)
                SELECT *, %s FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])""",
                [VERSION, *(list(column) for column in zip(*made, strict=True))],
            )


class Migration(migrations.Migration):
    dependencies = [
        ("logbook", "0025_witnesses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="SearchName",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True,
                        related_name="search_name", serialize=False, to="logbook.entry",
                    ),
                ),
                (
                    "value",
                    models.OneToOneField(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="logbook.personalvalue",
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
        migrations.RunSQL(INDEX, "DROP INDEX searchname_tokens;"),
        *together([
            migrations.AddIndex(model_name="entry", index=models.Index(fields=["book", "author"], name="entry_written_by")),
            migrations.AddIndex(
                model_name="entry",
                index=models.Index(fields=["book", "entered_by"], condition=models.Q(("entered_by__isnull", False)), name="entry_entered_by"),
            ),
            migrations.AlterField(
                model_name="entry", name="author",
                field=models.ForeignKey(
                    db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to=settings.AUTH_USER_MODEL,
                ),
            ),
            migrations.AlterField(
                model_name="entry", name="entered_by",
                field=models.ForeignKey(
                    db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL,
                ),
            ),
        ]),
        migrations.RunPython(trigger_writes_names, trigger_as_before),
        migrations.RunSQL(GOES, UNDO_GOES),
        migrations.RunSQL(SEALED, UNDO_SEALED),
    ]
