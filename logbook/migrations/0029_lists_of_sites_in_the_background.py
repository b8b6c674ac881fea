"""A list of the site, its own book among them, is made in the background too (A20, I8)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from desks.together import together

# Whoever goes back loses jobs of sites, which hold nothing of the record: what was taken out stands in access records.
WITHOUT_SITES = "DELETE FROM logbook_exportjob WHERE desk_id IS NULL;"


class Migration(migrations.Migration):
    dependencies = [("desks", "0010_desks_stay"), ("logbook", "0028_search_finds_people_and_acts")]
    operations = [
        *together([
            migrations.AlterField(
                model_name="exportjob", name="desk",
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="export_jobs", to="desks.desk"),
            ),
            migrations.AddField(
                model_name="exportjob", name="site",
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="export_jobs", to="desks.site"),
            ),
            migrations.AddConstraint(
                model_name="exportjob",
                constraint=models.CheckConstraint(
                    condition=Q(("desk__isnull", True), ("site__isnull", False)) | Q(("desk__isnull", False), ("site__isnull", True)),
                    name="export_job_of_one_place",
                ),
            ),
        ]),
        migrations.RunSQL(migrations.RunSQL.noop, WITHOUT_SITES),
    ]
