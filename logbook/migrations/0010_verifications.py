"""What each night's verification found, kept like the record (A18, I2)."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_verification
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_verification ENABLE ALWAYS TRIGGER record_refuses_change;
"""
UNDO = "DROP TRIGGER record_refuses_change ON logbook_verification;"


class Migration(migrations.Migration):
    dependencies = [("logbook", "0009_checkpoints")]
    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("night", models.DateField()),
                ("begun_at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("entries", models.BigIntegerField()),
                ("checkpoints", models.PositiveIntegerField()),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("number", models.BigIntegerField(null=True)),
                ("what", models.TextField(blank=True)),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="verifications", to="logbook.book")),
            ],
            options={
                "verbose_name": "verification",
                "verbose_name_plural": "verifications",
                "constraints": [models.UniqueConstraint(fields=("book", "night"), name="verification_once_a_night")],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
