"""Who held a desk at a moment is found by that moment, however many years of watches there are (E2)."""

from django.db import migrations

INDEX = "CREATE INDEX handover_watch_by_moment ON logbook_watch (desk_id, started_at, id);"


class Migration(migrations.Migration):
    dependencies = [("handover", "0005_afterwards_and_phone"), ("logbook", "0026_search_reaches_further")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX handover_watch_by_moment;")]
