"""The promise of confidentiality is asked for every year at least: no desk can set a longer time any more (A20).

What a desk has set stands as it is; more than a year is read as a year (`desks.promises.promise_months_of`).
"""

import django.core.validators
from django.db import migrations, models

MONTHS = models.PositiveSmallIntegerField(
    default=12, help_text="A20: each reader of the log promises confidentiality anew after this time, every year at least.",
    validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)],
    verbose_name="promise of confidentiality every (months)",
)


class Migration(migrations.Migration):
    dependencies = [("desks", "0008_follow_up_settings")]
    operations = [
        migrations.AlterField(model_name="desksettings", name="promise_months", field=MONTHS),
        migrations.AlterField(model_name="historicaldesksettings", name="promise_months", field=MONTHS.clone()),
    ]
