"""Three indexes of the record that others cover go: an entry saved writes less (docs/decisions/0022).

The book alone stands first in the unique keys of entries and digests; the first entry of a thread has an index of its own by name.
"""

import django.db.models.deletion
from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):
    dependencies = [("logbook", "0029_lists_of_sites_in_the_background")]
    operations = together([
        migrations.AlterField(
            model_name="entry", name="book",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="logbook.book",
            ),
        ),
        migrations.AlterField(
            model_name="entry", name="root",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="thread", to="logbook.entry",
            ),
        ),
        migrations.AlterField(
            model_name="entrydigest", name="book",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="logbook.book"),
        ),
    ])
