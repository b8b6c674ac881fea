"""An access record names from where the log was read (A20)."""

from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):
    dependencies = [("logbook", "0014_search")]
    operations = together([
        migrations.AddField(model_name="accessrecord", name="address", field=models.GenericIPAddressField(null=True)),
        migrations.AddIndex(model_name="accessrecord", index=models.Index(fields=["desk", "-id"], name="access_record_desk_newest")),
    ])
