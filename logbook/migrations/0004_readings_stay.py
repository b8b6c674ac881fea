"""Access records, reviews and imported files are never changed or removed, by nobody (I1)."""

from django.db import migrations

GUARDED = ["accessrecord", "dailyreview", "importedfile"]
GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in GUARDED
)
UNDO = "".join(f"DROP TRIGGER record_refuses_change ON logbook_{table};" for table in GUARDED)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0003_readings")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
