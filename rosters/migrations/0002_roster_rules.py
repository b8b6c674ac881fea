"""What the database holds of rosters and duties, whoever writes (I5, I6, I9)."""

from django.db import migrations

# A roster goes forward only. A final one is reported, and that is all that still happens to it.
ROSTER = """
CREATE FUNCTION roster_goes_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A roster is never deleted (I6).';
    END IF;
    IF (OLD.desk_id, OLD.month) IS DISTINCT FROM (NEW.desk_id, NEW.month) OR NEW.version < OLD.version THEN
        RAISE EXCEPTION 'Desk and month of a roster stay, and its version only grows (I6).';
    END IF;
    IF OLD.state IN ('approved', 'reported') AND (
        (NEW.version, NEW.drafted_by_id) IS DISTINCT FROM (OLD.version, OLD.drafted_by_id)
        OR NOT (OLD.state = 'approved' AND NEW.state IN ('approved', 'reported') OR NEW.state = OLD.state)
        OR (OLD.state = 'reported' AND NEW.reported_at IS DISTINCT FROM OLD.reported_at)) THEN
        RAISE EXCEPTION 'After approval a roster changes only by a decided change (I6).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER roster_goes_forward BEFORE UPDATE OR DELETE ON rosters_roster
    FOR EACH ROW EXECUTE FUNCTION roster_goes_forward();
ALTER TABLE rosters_roster ENABLE ALWAYS TRIGGER roster_goes_forward;
"""

# Lines and cells are added to the present version of a draft, and to nothing else.
PLAN = """
CREATE FUNCTION plan_belongs_to_a_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rosters_roster WHERE id = NEW.roster_id AND version = NEW.version AND state = 'draft') THEN
        RAISE EXCEPTION 'Only a draft is planned: bring a changed plan in as its next version (I6).';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION plan_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'Table % keeps what was planned: nothing in it is changed or removed (I6).', TG_TABLE_NAME;
END $$;
""" + "".join(
    f"""CREATE TRIGGER plan_stays BEFORE UPDATE OR DELETE ON rosters_{table} FOR EACH STATEMENT EXECUTE FUNCTION plan_stays();
ALTER TABLE rosters_{table} ENABLE ALWAYS TRIGGER plan_stays;
"""
    for table in ("rosterline", "plannedduty", "dutychange")
) + "".join(
    f"""CREATE TRIGGER plan_belongs_to_a_draft BEFORE INSERT ON rosters_{table}
    FOR EACH ROW EXECUTE FUNCTION plan_belongs_to_a_draft();
ALTER TABLE rosters_{table} ENABLE ALWAYS TRIGGER plan_belongs_to_a_draft;
"""
    for table in ("rosterline", "plannedduty")
)

# A duty comes into force as planned, by its roster's approval, or by a decided change. It goes out of force only by
# naming a decided change of its desk, before it begins: what has been worked is never changed.
DUTY = """
CREATE FUNCTION duty_comes_by_approval() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.taken_out_by_id IS NOT NULL THEN
        RAISE EXCEPTION 'A duty comes into force before a change takes it out (I6).';
    END IF;
    IF NEW.roster_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM rosters_roster r JOIN rosters_plannedduty p ON p.roster_id = r.id AND p.version = r.version
        WHERE r.id = NEW.roster_id AND r.state = 'approved' AND r.desk_id = NEW.desk_id AND p.person_id = NEW.person_id
            AND p.site_day = NEW.site_day AND p.shift_code = NEW.shift_code AND p.shift_version = NEW.shift_version) THEN
        RAISE EXCEPTION 'A duty comes into force by the approval of the roster that plans it (I6).';
    END IF;
    IF NEW.brought_in_by_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM rosters_dutychange WHERE id = NEW.brought_in_by_id AND desk_id = NEW.desk_id) THEN
        RAISE EXCEPTION 'A duty comes into force by a decided change of its own desk (I6).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER duty_comes_by_approval BEFORE INSERT ON rosters_duty FOR EACH ROW EXECUTE FUNCTION duty_comes_by_approval();
ALTER TABLE rosters_duty ENABLE ALWAYS TRIGGER duty_comes_by_approval;

CREATE FUNCTION duty_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A duty is never deleted: a decided change takes it out (I6).';
    END IF;
    IF to_jsonb(NEW) - 'taken_out_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'taken_out_by_id'
        OR OLD.taken_out_by_id IS NOT NULL OR NOT EXISTS (
            SELECT FROM rosters_dutychange WHERE id = NEW.taken_out_by_id AND desk_id = NEW.desk_id) THEN
        RAISE EXCEPTION 'A duty in force is changed only by a decided change of its desk, once (I6).';
    END IF;
    IF OLD.starts_at <= record_clock() THEN
        RAISE EXCEPTION 'What has been worked is never changed (I6).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER duty_stays BEFORE UPDATE OR DELETE ON rosters_duty FOR EACH ROW EXECUTE FUNCTION duty_stays();
ALTER TABLE rosters_duty ENABLE ALWAYS TRIGGER duty_stays;
"""

UNDO = """
DROP TRIGGER duty_stays ON rosters_duty; DROP FUNCTION duty_stays();
DROP TRIGGER duty_comes_by_approval ON rosters_duty; DROP FUNCTION duty_comes_by_approval();
DROP TRIGGER plan_belongs_to_a_draft ON rosters_rosterline; DROP TRIGGER plan_belongs_to_a_draft ON rosters_plannedduty;
DROP TRIGGER plan_stays ON rosters_rosterline; DROP TRIGGER plan_stays ON rosters_plannedduty;
DROP TRIGGER plan_stays ON rosters_dutychange;
DROP FUNCTION plan_belongs_to_a_draft(); DROP FUNCTION plan_stays();
DROP TRIGGER roster_goes_forward ON rosters_roster; DROP FUNCTION roster_goes_forward();
"""


class Migration(migrations.Migration):
    dependencies = [("rosters", "0001_initial"), ("desks", "0002_ground_rules")]
    operations = [migrations.RunSQL(ROSTER + PLAN + DUTY, UNDO)]
