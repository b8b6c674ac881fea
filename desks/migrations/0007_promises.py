"""The yearly promise of confidentiality (A20): written once, never changed or removed (I1)."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

GUARD = """
CREATE FUNCTION promise_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'A promise stays as it was given (I1).';
END $$;
CREATE TRIGGER promise_stays BEFORE UPDATE OR DELETE ON desks_promise FOR EACH STATEMENT EXECUTE FUNCTION promise_stays();
ALTER TABLE desks_promise ENABLE ALWAYS TRIGGER promise_stays;
"""
UNDO = "DROP TRIGGER promise_stays ON desks_promise; DROP FUNCTION promise_stays();"
MONTHS = models.PositiveSmallIntegerField(
    default=12, help_text="A20: each reader of the log promises confidentiality anew after this time.",
    validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(24)],
    verbose_name="promise of confidentiality every (months)",
)


class Migration(migrations.Migration):
    dependencies = [("desks", "0006_late_limits")]
    operations = together([
        migrations.AddField(model_name="desksettings", name="promise_months", field=MONTHS),
        migrations.AddField(model_name="historicaldesksettings", name="promise_months", field=MONTHS.clone()),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("version", models.PositiveSmallIntegerField()),
                ("language", models.CharField(max_length=10)),
                ("text", models.TextField()),
                ("address", models.GenericIPAddressField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="promises", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="desks.site"),
                ),
            ],
            options={
                "verbose_name": "promise of confidentiality",
                "verbose_name_plural": "promises of confidentiality",
                "indexes": [models.Index(fields=["person", "site", "-at"], name="promise_newest")],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ])
