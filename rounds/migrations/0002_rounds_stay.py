"""Walks, readings and reasons are part of the record; of a missed round nothing changes but when the supervisor was told (C3, I1)."""

from django.db import migrations

GUARD = """
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rounds_roundwalk
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rounds_roundwalk ENABLE ALWAYS TRIGGER record_refuses_change;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rounds_roundreading
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rounds_roundreading ENABLE ALWAYS TRIGGER record_refuses_change;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rounds_roundreason
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rounds_roundreason ENABLE ALWAYS TRIGGER record_refuses_change;

CREATE FUNCTION round_miss_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.told_at IS NOT NULL OR (to_jsonb(NEW) - 'told_at') <> (to_jsonb(OLD) - 'told_at') THEN
        RAISE EXCEPTION 'A missed round stays as it was raised; only when the supervisor was told is added, once (C3).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER round_miss_stays BEFORE UPDATE OR DELETE ON rounds_roundmiss
    FOR EACH ROW EXECUTE FUNCTION round_miss_stays();
ALTER TABLE rounds_roundmiss ENABLE ALWAYS TRIGGER round_miss_stays;
"""

UNDO = """
DROP TRIGGER round_miss_stays ON rounds_roundmiss; DROP FUNCTION round_miss_stays();
DROP TRIGGER record_refuses_change ON rounds_roundreason;
DROP TRIGGER record_refuses_change ON rounds_roundreading;
DROP TRIGGER record_refuses_change ON rounds_roundwalk;
"""


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial"), ("logbook", "0002_record")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
