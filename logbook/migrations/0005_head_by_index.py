"""The insert trigger finds the newest entry by its index, also in a session that planned it when the log was short.

A session keeps the plans of a trigger's queries. One made on an empty table read all digests of the book and sorted
them: each insert then cost as much as the log was long, until the table was analysed again. Without sorting as a
choice the plan is the index, read backwards.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("logbook", "0004_readings_stay")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION record_entry_insert() SET enable_sort = off",
            "ALTER FUNCTION record_entry_insert() RESET enable_sort",
        )
    ]
