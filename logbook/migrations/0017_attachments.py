"""Attachments of entries: what was uploaded, and indexes that find entries by book and by digest (docs/decisions/0043)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

BY_DIGEST = """
CREATE FUNCTION record_attachments(fields jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(SELECT left(value, 64) FROM jsonb_each_text(fields) WHERE starts_with(key, 'attachment_'));
CREATE INDEX entry_by_attachment ON logbook_entry USING gin (record_attachments(fields)) WHERE fields ? 'attachment_01';
"""
UNDO = "DROP INDEX entry_by_attachment; DROP FUNCTION record_attachments(jsonb);"


class Migration(migrations.Migration):
    dependencies = [
        ("logbook", "0016_days_know_their_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together([
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("uploaded_at", models.DateTimeField(db_index=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("fields__has_key", "attachment_01")), fields=["book", "number"], name="entry_with_attachments"
            ),
        ),
        migrations.RunSQL(BY_DIGEST, UNDO),
    ])
