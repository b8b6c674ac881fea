"""How long an overdue matter is passed on before it is raised, and what a kind promises: a first step in time, a call back (A1, A9)."""

import django.core.validators
from django.db import migrations, models

from desks.together import together

CARRIED = models.PositiveSmallIntegerField(
    default=3, help_text="A1: a matter that so many watches have passed on past its due time is raised by itself; 0 never.",
    validators=[django.core.validators.MaxValueValidator(30)], verbose_name="raise an overdue matter after (watches)",
)
RESPONSE = models.PositiveIntegerField(
    default=0, help_text="A9: counted from when it happened; 0 is no target.", verbose_name="first step within (minutes)"
)
URGENT = models.PositiveIntegerField(default=0, verbose_name="first step within, when urgent (minutes)")
CALLS_BACK = models.BooleanField(default=False, verbose_name="offers “customer called back” when closed")

# Desks that stand already offer it for repairs and complaints as new ones do. They get no targets for the first step: what was
# written before would be measured by what nobody had promised.
STANDING = "UPDATE desks_entrykind SET calls_back = true WHERE code IN ('repair', 'complaint')"


class Migration(migrations.Migration):
    dependencies = [("desks", "0007_promises")]
    operations = together([
        migrations.AddField(model_name="desksettings", name="carried_shifts", field=CARRIED),
        migrations.AddField(model_name="historicaldesksettings", name="carried_shifts", field=CARRIED.clone()),
        *(
            migrations.AddField(model_name=model, name=name, field=field.clone())
            for model in ("entrykind", "historicalentrykind")
            for name, field in (("response_minutes", RESPONSE), ("response_minutes_urgent", URGENT), ("calls_back", CALLS_BACK))
        ),
        migrations.RunSQL(STANDING, migrations.RunSQL.noop),
    ])
