"""An escalation moves along its states and never back, is never taken away, and its steps are part of the record (A11, I1)."""

from django.db import migrations

GUARD = """
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON escalations_escalationstep
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE escalations_escalationstep ENABLE ALWAYS TRIGGER record_refuses_change;

CREATE FUNCTION escalation_moves_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An escalation is closed, never taken away (A11).';
    END IF;
    IF (OLD.desk_id, OLD.entry_id, OLD.raised_by_id, OLD.raised_at, OLD.emergency) IS DISTINCT FROM
       (NEW.desk_id, NEW.entry_id, NEW.raised_by_id, NEW.raised_at, NEW.emergency) THEN
        RAISE EXCEPTION 'What was escalated, by whom and when stays as it was (A11).';
    END IF;
    IF NEW.level <> OLD.level AND NOT (OLD.level = 'supervisor' AND NEW.level = 'project_head' AND NEW.state = 'raised'
                                       AND OLD.state <> 'closed') THEN
        RAISE EXCEPTION 'An escalation goes up to the project head, and never down (A11).';
    END IF;
    IF NEW.level = OLD.level AND (OLD.state, NEW.state) NOT IN (
        ('raised', 'acknowledged'), ('raised', 'decided'), ('acknowledged', 'decided'), ('decided', 'decided'),
        ('decided', 'closed'), ('closed', 'closed')) THEN
        RAISE EXCEPTION 'An escalation does not go from % to % (A11).', OLD.state, NEW.state;
    END IF;
    IF OLD.state = 'closed' AND (OLD.confirmation, NEW.confirmation) NOT IN (('awaited', 'confirmed')) THEN
        RAISE EXCEPTION 'A closed escalation stays as it was; only a decision by phone is still confirmed (A11).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER escalation_moves_forward BEFORE UPDATE OR DELETE ON escalations_escalation
    FOR EACH ROW EXECUTE FUNCTION escalation_moves_forward();
ALTER TABLE escalations_escalation ENABLE ALWAYS TRIGGER escalation_moves_forward;
"""

UNDO = """
DROP TRIGGER escalation_moves_forward ON escalations_escalation; DROP FUNCTION escalation_moves_forward();
DROP TRIGGER record_refuses_change ON escalations_escalationstep;
"""


class Migration(migrations.Migration):
    dependencies = [("escalations", "0001_initial"), ("logbook", "0002_record")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
