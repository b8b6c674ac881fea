"""The index by time of occurrence holds the number too: from which number to which the days reach is read from it alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("logbook", "0015_readings_from_where")]
    operations = [
        migrations.RemoveIndex(model_name="entry", name="entry_book_occurred"),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["book", "-occurred_at"], include=["number"], name="entry_book_occurred"),
        ),
    ]
