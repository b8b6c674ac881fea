"""A call goes on as people answer and is never taken away; a step of the call tree ends for good (A16, I1, I9)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION call_moves_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A call that was made is never taken away (A16).';
    END IF;
    IF (OLD.escalation_id, OLD.step_id, OLD.person_id, OLD.beside, OLD.round, OLD.asked_at, OLD.due_at) IS DISTINCT FROM
       (NEW.escalation_id, NEW.step_id, NEW.person_id, NEW.beside, NEW.round, NEW.asked_at, NEW.due_at) THEN
        RAISE EXCEPTION 'Who was called, when and for what stays as it was (A16).';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('calling', 'unanswered'), ('calling', 'answered'), ('calling', 'coming'), ('calling', 'arrived'), ('calling', 'dropped'),
        ('unanswered', 'answered'), ('unanswered', 'coming'), ('unanswered', 'arrived'), ('answered', 'coming'),
        ('answered', 'arrived'), ('coming', 'coming'), ('coming', 'arrived')) THEN
        RAISE EXCEPTION 'A call does not go from % to % (A16).', OLD.state, NEW.state;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_moves_forward BEFORE UPDATE OR DELETE ON escalations_call FOR EACH ROW EXECUTE FUNCTION call_moves_forward();
ALTER TABLE escalations_call ENABLE ALWAYS TRIGGER call_moves_forward;

CREATE FUNCTION call_step_ends_for_good() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A step of the call tree ends and is never taken away (A16).';
    END IF;
    IF NOT OLD.current THEN
        RAISE EXCEPTION 'A step of the call tree that has ended stays as it was (A16).';
    END IF;
    IF NEW.site_id <> OLD.site_id THEN
        RAISE EXCEPTION 'A step of the call tree belongs to one site (I8).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_step_ends_for_good BEFORE UPDATE OR DELETE ON escalations_callstep
    FOR EACH ROW EXECUTE FUNCTION call_step_ends_for_good();
ALTER TABLE escalations_callstep ENABLE ALWAYS TRIGGER call_step_ends_for_good;
"""

UNDO = """
DROP TRIGGER call_step_ends_for_good ON escalations_callstep; DROP FUNCTION call_step_ends_for_good();
DROP TRIGGER call_moves_forward ON escalations_call; DROP FUNCTION call_moves_forward();
"""


class Migration(migrations.Migration):
    dependencies = [("escalations", "0003_calls")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
