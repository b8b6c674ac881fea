"""What the database holds of requests and of a duty that is handed on while it runs (I6, I9)."""

from django.db import migrations

# What was decided, withdrawn or has expired stays as it is; whose request it is and what it asks for never changes.
REQUESTS = """
CREATE FUNCTION request_goes_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A request is never deleted: it is withdrawn (I9).';
    END IF;
    -- Approved leave ends sooner, or is called off: nothing else of it changes.
    IF TG_TABLE_NAME = 'rosters_leave' AND OLD.state = 'approved' AND (
        NEW.state = 'approved' AND NEW.ends_at < OLD.ends_at
            AND to_jsonb(NEW) - 'ends_at' IS NOT DISTINCT FROM to_jsonb(OLD) - 'ends_at'
        OR NEW.state = 'called_off' AND to_jsonb(NEW) - 'state' IS NOT DISTINCT FROM to_jsonb(OLD) - 'state') THEN
        RETURN NEW;
    END IF;
    IF OLD.state NOT IN ('requested', 'agreed') THEN
        RAISE EXCEPTION 'What was decided about a request stays (I9).';
    END IF;
    IF to_jsonb(NEW) - TG_ARGV::text[] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV::text[] THEN
        RAISE EXCEPTION 'What a request asks for stays (I9).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_goes_forward BEFORE UPDATE OR DELETE ON rosters_leave FOR EACH ROW
    EXECUTE FUNCTION request_goes_forward('state', 'decided_by_id', 'decided_at', 'decision');
CREATE TRIGGER request_goes_forward BEFORE UPDATE OR DELETE ON rosters_swap FOR EACH ROW
    EXECUTE FUNCTION request_goes_forward(
        'state', 'decided_by_id', 'decided_at', 'decision', 'taken_by_id', 'agreed_at', 'returns_id', 'change_id');
ALTER TABLE rosters_leave ENABLE ALWAYS TRIGGER request_goes_forward;
ALTER TABLE rosters_swap ENABLE ALWAYS TRIGGER request_goes_forward;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rosters_standincall
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rosters_standincall ENABLE ALWAYS TRIGGER record_refuses_change;
"""
REQUESTS_UNDO = """
DROP TRIGGER record_refuses_change ON rosters_standincall;
DROP TRIGGER request_goes_forward ON rosters_swap;
DROP TRIGGER request_goes_forward ON rosters_leave;
DROP FUNCTION request_goes_forward();
"""

DUTY_STAYS = """
CREATE OR REPLACE FUNCTION duty_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A duty is never deleted: a decided change takes it out (I6).';
    END IF;
    IF to_jsonb(NEW) - 'taken_out_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'taken_out_by_id'
        OR OLD.taken_out_by_id IS NOT NULL OR NOT EXISTS (
            SELECT FROM rosters_dutychange WHERE id = NEW.taken_out_by_id AND desk_id = NEW.desk_id) THEN
        RAISE EXCEPTION 'A duty in force is changed only by a decided change of its desk, once (I6).';
    END IF;
    IF OLD.starts_at <= record_clock(){running} THEN
        RAISE EXCEPTION 'What has been worked is never changed (I6).';
    END IF;
    RETURN NEW;
END $$;
"""
# A running duty is handed on only by a change that leaves its person what has been worked of it, up to this minute.
RUNNING = """ AND NOT (OLD.ends_at > record_clock() AND EXISTS (
        SELECT FROM rosters_duty worked WHERE worked.brought_in_by_id = NEW.taken_out_by_id AND worked.taken_out_by_id IS NULL
            AND (worked.person_id, worked.desk_id, worked.site_day, worked.shift_code, worked.shift_version, worked.starts_at)
                = (OLD.person_id, OLD.desk_id, OLD.site_day, OLD.shift_code, OLD.shift_version, OLD.starts_at)
            AND worked.ends_at > record_clock() - interval '1 minute'))"""

# Desks that stand already get the usual kinds of leave, each with its history row.
KINDS = """
WITH fresh(code, en, hans, hant, place) AS (VALUES
    ('annual', 'Annual leave', '年假', '年假', 1), ('personal', 'Personal leave', '事假', '事假', 2),
    ('sick', 'Sick leave', '病假', '病假', 3), ('other', 'Other leave', '其他假', '其他假', 4)),
added AS (
    INSERT INTO desks_choice (desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant)
    SELECT desk.id, 'leave_kind', code, 1, place, true, en, hans, hant FROM desks_desk AS desk CROSS JOIN fresh
    WHERE NOT EXISTS (SELECT FROM desks_choice WHERE desk_id = desk.id AND purpose = 'leave_kind')
    RETURNING *)
INSERT INTO desks_historicalchoice (id, desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant,
    history_date, history_type, history_change_reason)
SELECT id, desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant,
    statement_timestamp(), '+', 'kinds of leave came in' FROM added;
"""


class Migration(migrations.Migration):
    dependencies = [("rosters", "0011_requests"), ("desks", "0017_changing_duties"), ("logbook", "0026_search_reaches_further")]
    operations = [
        migrations.RunSQL(REQUESTS, REQUESTS_UNDO),
        migrations.RunSQL(DUTY_STAYS.format(running=RUNNING), DUTY_STAYS.format(running="")),
        migrations.RunSQL(KINDS, migrations.RunSQL.noop),
    ]
