"""What a briefing said, who has acknowledged it, and what the administration noted is never changed nor taken away (I1)."""

from django.db import migrations

KEPT = ["office_briefing", "office_briefingack", "django_admin_log"]
GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in KEPT
)
UNDO = "".join(f"DROP TRIGGER record_refuses_change ON {table};" for table in KEPT)


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial"), ("logbook", "0002_record"), ("admin", "0003_logentry_add_action_flag_choices")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
