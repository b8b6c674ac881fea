"""The site's own book is read: its access records are of the site, and its acts are found by the words that readers see.

No record changes or goes. Back again only while nobody has read a site's book: what says so would have no place.
"""

from typing import Any
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from desks.together import together
from desks.wording import worded_in_every_language
from logbook.folding import VERSION, search_text

GUARD = """
CREATE OR REPLACE FUNCTION access_record_goes_by_age() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    site bigint;
BEGIN
    site := COALESCE(OLD.site_id, (SELECT site_id FROM desks_desk WHERE id = OLD.desk_id));
    IF TG_OP = 'DELETE' AND OLD.at < record_expired_before(site) AND NOT record_site_is_held(site) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table logbook_accessrecord is part of the record: nothing in it is changed, or removed before its time (I1, I12).';
END $$;
"""
GUARD_BEFORE = GUARD.replace(
    "site := COALESCE(OLD.site_id, (SELECT site_id FROM desks_desk WHERE id = OLD.desk_id));",
    "SELECT site_id INTO site FROM desks_desk WHERE id = OLD.desk_id;",
)

# One place of the purge's last part changes; the rest of it stays as whatever migration before has made it.
OF_THE_DESK = "SELECT id FROM logbook_accessrecord WHERE desk_id = book.desk_id\n"
OF_THE_BOOK = """SELECT id FROM logbook_accessrecord
        WHERE (desk_id = book.desk_id OR (book.desk_id IS NULL AND site_id = book.site_id))
"""

STAYS = """DO $$ BEGIN
    IF EXISTS (SELECT FROM logbook_accessrecord WHERE site_id IS NOT NULL) THEN
        RAISE EXCEPTION 'Somebody has read a site''s book: what says so is part of the record and stays (I1, I8).';
    END IF;
END $$;
"""


def _rewrite_purge(editor: BaseDatabaseSchemaEditor, old: str, new: str) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('record_purge_others'::regproc)")
        words = cursor.fetchone()[0]
        if words.count(old) != 1:
            raise RuntimeError("The purge of access records is not the one that this migration knows.")
        cursor.execute(words.replace(old, new).replace("%", "%%"), [])


def purge_takes_both(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets the purge of a site's book take the site's expired access records along."""
    _rewrite_purge(editor, OF_THE_DESK, OF_THE_BOOK)


def purge_as_before(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lets a purge take those of desks alone."""
    _rewrite_purge(editor, OF_THE_BOOK, OF_THE_DESK)


def fold_acts_of_sites(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Gives the acts that stand in sites' books the words by which they are found."""
    entries, texts = apps.get_model("logbook", "Entry"), apps.get_model("logbook", "SearchText")
    rows = entries.objects.filter(book__desk__isnull=True, act="act", search_text__isnull=True).exclude(code="purged")
    made = []
    for row in rows.select_related("book__site").only("book__site__timezone", "number", "code", "fields").iterator(1000):
        said = search_text(worded_in_every_language(row.code, row.fields, ZoneInfo(row.book.site.timezone)))
        made.append(texts(entry_id=row.pk, book_id=row.book_id, number=row.number, search=said, folding=VERSION))
    texts.objects.bulk_create(made, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("desks", "0008_follow_up_settings"), ("logbook", "0023_nothing_goes_by_another_path")]
    operations = [
        migrations.RemoveConstraint(model_name="accessrecord", name="access_record_once_for_what_was_read"),
        *together([
            migrations.AlterField(
                model_name="accessrecord",
                name="desk",
                field=models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="access_records", to="desks.desk"
                ),
            ),
            migrations.AddField(
                model_name="accessrecord",
                name="site",
                field=models.ForeignKey(
                    db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="access_records", to="desks.site"
                ),
            ),
            migrations.AddConstraint(
                model_name="accessrecord",
                constraint=models.UniqueConstraint(
                    condition=Q(("kind", "read")), nulls_distinct=False, name="access_record_once_for_what_was_read",
                    fields=("person", "session", "desk", "site", "page", "filter_digest", "from_number"),
                ),
            ),
            migrations.AddConstraint(
                model_name="accessrecord",
                constraint=models.CheckConstraint(
                    condition=Q(("desk__isnull", True), ("site__isnull", False)) | Q(("desk__isnull", False), ("site__isnull", True)),
                    name="access_record_of_one_book",
                ),
            ),
            migrations.AddIndex(
                model_name="accessrecord",
                index=models.Index(fields=["site", "-id"], condition=Q(("site__isnull", False)), name="access_record_site_newest"),
            ),
            migrations.AddIndex(
                model_name="entry",
                index=models.Index(fields=["book", "code", "-number"], condition=Q(("act", "act")), name="entry_act_by_code"),
            ),
        ]),
        migrations.RunPython(fold_acts_of_sites, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
        migrations.RunPython(purge_takes_both, purge_as_before),
        migrations.RunSQL(migrations.RunSQL.noop, STAYS),
    ]
