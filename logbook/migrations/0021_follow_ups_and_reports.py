"""Reports of the system that are merged over a period; how far each has been shown the log; closed and opened matters by index (A9, A17)."""

import django.db.models.deletion
from django.db import migrations, models

from desks.together import together

UP_TO = models.Index(
    fields=["desk", "person", "-to_number"], include=["at"], name="access_record_read_up_to",
    condition=models.Q(
        ("kind", "read"),
        models.Q(("page__in", ["day", "desk", "handover", "review"]), models.Q(("filters", {}), ("page", "log")), _connector="OR"),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0020_purge_steps")]
    operations = together([
        migrations.CreateModel(
            name="SystemRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=80)),
                ("began_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(null=True)),
                ("last_fields", models.JSONField(default=dict)),
                (
                    "book",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="logbook.book"),
                ),
                (
                    "entry",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="logbook.entry"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("book", "code", "subject"), name="system_run_one_for_each_subject")
                ]
            },
        ),
        migrations.AddIndex(model_name="accessrecord", index=UP_TO),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                fields=["book", "-changed_at"], condition=models.Q(("state", "closed")), name="follow_up_closed_newest"
            ),
        ),
        migrations.AddIndex(model_name="followup", index=models.Index(fields=["book", "opened_at"], name="follow_up_by_opening")),
    ])
