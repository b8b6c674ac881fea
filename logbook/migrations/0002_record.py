"""The record is made and guarded by the database: numbers, times, commitments, chain, insert-only (I1, I2; docs/record.md)."""

from django.db import migrations

FORM = """
CREATE FUNCTION record_salt() RETURNS bytea LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
    SELECT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
$$;

CREATE FUNCTION record_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION record_commitment(salt bytea, name text, value text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
    SELECT encode(sha256(salt || int2send(octet_length(convert_to(name, 'UTF8'))::int2) || convert_to(name, 'UTF8')
                  || int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8')), 'hex')
$$;
"""

INSERT = """
CREATE FUNCTION record_entry_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    last logbook_entrydigest;
    book_origin text;
    words jsonb := COALESCE(NEW.intake, '{}'::jsonb);
    plain jsonb;
    names text[] := ARRAY['act','audience','author','code','due_at','entered_by','follow_state','handler','kind','late',
        'next_step','occurred_at','original_recorded_at','place','reason','refers_to','result','root','severity','source',
        'text','urgency','waiting_for','waiting_until'];
    lines text[] := '{}';
    part record;
    salt bytea;
    made bigint;
BEGIN
    -- The same lock as hold_books(): one writer at a time for each book, so that numbers follow the order of commits.
    PERFORM pg_advisory_xact_lock(1685419129, NEW.book_id::int);
    SELECT * INTO last FROM logbook_entrydigest WHERE book_id = NEW.book_id ORDER BY number DESC LIMIT 1;
    SELECT origin INTO STRICT book_origin FROM logbook_book WHERE id = NEW.book_id;
    NEW.number := COALESCE(last.number, 0) + 1;
    NEW.recorded_at := GREATEST(record_clock(), last.recorded_at);
    NEW.previous := COALESCE(last.digest, decode(repeat('00', 32), 'hex'));
    NEW.secret := record_salt();
    NEW.personal := '{}'::jsonb;
    NEW.intake := NULL;

    IF NEW.root_id IS NOT NULL AND NOT EXISTS (SELECT FROM logbook_entry WHERE id = NEW.root_id AND book_id = NEW.book_id) THEN
        RAISE EXCEPTION 'An entry continues a thread of its own book (I2).';
    END IF;
    plain := jsonb_strip_nulls(jsonb_build_object(
        'act', NEW.act, 'audience', NEW.audience, 'code', NULLIF(NEW.code, ''),
        'author', (SELECT ref FROM desks_person WHERE id = NEW.author_id),
        'entered_by', (SELECT ref FROM desks_person WHERE id = NEW.entered_by_id),
        'kind', CASE WHEN NEW.kind <> '' THEN NEW.kind || '/' || COALESCE(NEW.kind_version, 0) END,
        'occurred_at', record_time(NEW.occurred_at), 'late', CASE WHEN NEW.late THEN 'true' END,
        'source', NULLIF(NEW.source, ''), 'place', NULLIF(NEW.place, ''), 'urgency', NULLIF(NEW.urgency, ''),
        'handler', NULLIF(NEW.handler, ''), 'due_at', record_time(NEW.due_at), 'reason', NULLIF(NEW.reason, ''),
        'refers_to', (SELECT b.origin || ' ' || e.number FROM logbook_entry e JOIN logbook_book b ON b.id = e.book_id
                      WHERE e.id = NEW.refers_to_id),
        'root', (SELECT b.origin || ' ' || e.number FROM logbook_entry e JOIN logbook_book b ON b.id = e.book_id
                 WHERE e.id = NEW.root_id),
        'follow_state', NULLIF(NEW.follow_state, ''), 'waiting_for', NULLIF(NEW.waiting_for, ''),
        'waiting_until', record_time(NEW.waiting_until), 'next_step', NULLIF(NEW.next_step, ''),
        'severity', NULLIF(NEW.severity, ''), 'result', NULLIF(NEW.result, ''),
        'original_recorded_at', record_time(NEW.original_recorded_at)));

    FOR part IN SELECT key, value FROM jsonb_each(NEW.fields) LOOP
        IF part.key !~ '^[a-z0-9_]{1,40}$' OR part.key = ANY (names) OR jsonb_typeof(part.value) <> 'string' THEN
            RAISE EXCEPTION 'Field % of an entry has a name or a value that the record does not take.', part.key;
        END IF;
        plain := plain || jsonb_build_object(part.key, part.value);
    END LOOP;
    FOR part IN SELECT key, value FROM jsonb_each_text(plain) LOOP
        lines := lines || (part.key || ' '
            || record_commitment(sha256(NEW.secret || convert_to(part.key, 'UTF8')), part.key, part.value));
    END LOOP;
    FOR part IN SELECT key, value FROM jsonb_each_text(COALESCE(words -> 'personal', '{}'::jsonb)) LOOP
        IF part.key !~ '^[a-z0-9_]{1,40}$' OR part.key = ANY (names) OR plain ? part.key THEN
            RAISE EXCEPTION 'Personal value % has a name that the record does not take.', part.key;
        END IF;
        salt := record_salt();
        INSERT INTO logbook_personalvalue (book_id, name, value, salt)
        VALUES (NEW.book_id, part.key, part.value, salt) RETURNING id INTO made;
        NEW.personal := NEW.personal || jsonb_build_object(part.key, made);
        lines := lines || (part.key || ' ' || record_commitment(salt, part.key, part.value));
    END LOOP;
    IF COALESCE(words ->> 'text', '') <> '' THEN
        salt := record_salt();
        INSERT INTO logbook_entrytext (entry_id, text, salt, search, folding)
        VALUES (NEW.id, words ->> 'text', salt, COALESCE(words ->> 'search', ''), COALESCE((words ->> 'folding')::int, 0));
        lines := lines || ('text ' || record_commitment(salt, 'text', words ->> 'text'));
    END IF;

    NEW.leaf := 'duty-desk-entry/1' || E'\\n' || book_origin || E'\\n' || NEW.number || E'\\n'
        || record_time(NEW.recorded_at) || E'\\n' || encode(NEW.previous, 'hex') || E'\\n'
        || (SELECT string_agg(line || E'\\n', '' ORDER BY line COLLATE "C") FROM unnest(lines) AS line);
    NEW.digest := sha256('\\x00'::bytea || convert_to(NEW.leaf, 'UTF8'));
    INSERT INTO logbook_entrydigest (book_id, number, digest, recorded_at)
    VALUES (NEW.book_id, NEW.number, NEW.digest, NEW.recorded_at);
    RETURN NEW;
END $$;
CREATE TRIGGER a_record_entry_insert BEFORE INSERT ON logbook_entry FOR EACH ROW EXECUTE FUNCTION record_entry_insert();
ALTER TABLE logbook_entry ENABLE ALWAYS TRIGGER a_record_entry_insert;

CREATE FUNCTION follow_up_project() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.follow_state = '' THEN
        RETURN NULL;
    END IF;
    IF NEW.root_id IS NULL THEN
        INSERT INTO logbook_followup (root_id, book_id, state, handler, due_at, urgency, severity, waiting_for,
            waiting_until, next_step, result, last_entry_id, opened_at, changed_at)
        VALUES (NEW.id, NEW.book_id, NEW.follow_state, NEW.handler, NEW.due_at, NEW.urgency, NEW.severity,
            NEW.waiting_for, NEW.waiting_until, NEW.next_step, NEW.result, NEW.id, NEW.occurred_at, NEW.recorded_at);
        RETURN NULL;
    END IF;
    UPDATE logbook_followup SET state = NEW.follow_state,
        handler = COALESCE(NULLIF(NEW.handler, ''), handler), due_at = COALESCE(NEW.due_at, due_at),
        urgency = COALESCE(NULLIF(NEW.urgency, ''), urgency), severity = COALESCE(NULLIF(NEW.severity, ''), severity),
        next_step = COALESCE(NULLIF(NEW.next_step, ''), next_step),
        waiting_for = NEW.waiting_for, waiting_until = NEW.waiting_until,
        result = CASE WHEN NEW.follow_state = 'closed' THEN NEW.result ELSE '' END,
        last_entry_id = NEW.id, changed_at = NEW.recorded_at
    WHERE root_id = NEW.root_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This entry moves a follow-up that does not exist (A1).';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER b_follow_up_project AFTER INSERT ON logbook_entry FOR EACH ROW EXECUTE FUNCTION follow_up_project();
ALTER TABLE logbook_entry ENABLE ALWAYS TRIGGER b_follow_up_project;
"""

GUARD = """
CREATE FUNCTION record_refuses_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'Table % is part of the record: nothing in it is changed or removed (I1).', TG_TABLE_NAME;
END $$;
"""
GUARDED = ["book", "entry", "entrytext", "personalvalue", "entrydigest"]
GUARD += "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in GUARDED
)

WATCH = """
CREATE FUNCTION watch_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR NEW.desk_id <> OLD.desk_id
       OR NEW.first_number <> OLD.first_number OR NEW.started_at <> OLD.started_at THEN
        RAISE EXCEPTION 'A watch begins once and, ended, stays as it was (I3).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER watch_stays BEFORE UPDATE OR DELETE ON logbook_watch FOR EACH ROW EXECUTE FUNCTION watch_stays();
ALTER TABLE logbook_watch ENABLE ALWAYS TRIGGER watch_stays;
"""

UNDO = (
    "DROP TRIGGER watch_stays ON logbook_watch; DROP FUNCTION watch_stays();"
    + "".join(f"DROP TRIGGER record_refuses_change ON logbook_{table};" for table in GUARDED)
    + """DROP FUNCTION record_refuses_change();
DROP TRIGGER b_follow_up_project ON logbook_entry; DROP FUNCTION follow_up_project();
DROP TRIGGER a_record_entry_insert ON logbook_entry; DROP FUNCTION record_entry_insert();
DROP FUNCTION record_commitment(bytea, text, text); DROP FUNCTION record_time(timestamptz); DROP FUNCTION record_salt();
"""
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0001_initial"), ("desks", "0002_ground_rules")]
    operations = [migrations.RunSQL(FORM + INSERT + GUARD + WATCH, UNDO)]
