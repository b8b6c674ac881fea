"""Counts are part of the record, and a difference that is settled stays as it was (A28, I1)."""

from django.db import migrations

GUARD = """
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON registers_custodycount
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE registers_custodycount ENABLE ALWAYS TRIGGER record_refuses_change;

CREATE FUNCTION custody_difference_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' OR NEW.count_id <> OLD.count_id OR NEW.desk_id <> OLD.desk_id THEN
        RAISE EXCEPTION 'A difference is settled once, and never taken away (A28).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER custody_difference_stays BEFORE UPDATE OR DELETE ON registers_custodydifference
    FOR EACH ROW EXECUTE FUNCTION custody_difference_stays();
ALTER TABLE registers_custodydifference ENABLE ALWAYS TRIGGER custody_difference_stays;
"""

UNDO = """
DROP TRIGGER custody_difference_stays ON registers_custodydifference; DROP FUNCTION custody_difference_stays();
DROP TRIGGER record_refuses_change ON registers_custodycount;
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial"), ("logbook", "0002_record")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
