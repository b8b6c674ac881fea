"""Because of an emergency the desk may be left without anybody who stays (A9, A10)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from desks.together import together

PART = models.CharField(
    choices=[("none", "not passed on"), ("passed", "the holder's part was passed on"), ("returned", "the holder's part came back")],
    default="none", max_length=10,
)
COVER = models.ForeignKey(
    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="absences_covered", to=settings.AUTH_USER_MODEL
)

# Desks that stand already get the reason as new ones do, with its history row, after the reasons they have; one that words it
# already keeps its own. Taken back, it stays: an absence may name it.
STANDING = """
WITH made AS (
    INSERT INTO desks_choice (desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant)
    SELECT desk_id, 'absence_reason', 'emergency', 1, max(position) + 1, true, 'Emergency', '突发事件', '突發事件'
    FROM desks_choice WHERE purpose = 'absence_reason' GROUP BY desk_id HAVING NOT bool_or(code = 'emergency')
    RETURNING *
)
INSERT INTO desks_historicalchoice (id, desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant,
    history_date, history_type, history_change_reason)
SELECT id, desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant,
    now(), '+', 'the desk may be left because of an emergency' FROM made
"""


class Migration(migrations.Migration):
    dependencies = [("rosters", "0003_names_of_fields"), ("desks", "0008_follow_up_settings")]
    operations = together([
        migrations.AlterField(model_name="absence", name="cover", field=COVER),
        migrations.AlterField(model_name="absence", name="part", field=PART),
        migrations.AlterField(model_name="historicalabsence", name="part", field=PART.clone()),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=Q(cover__isnull=False) | Q(what="emergency"), name="absence_without_cover_is_of_an_emergency"
            ),
        ),
        migrations.RunSQL(STANDING, migrations.RunSQL.noop),
    ])
