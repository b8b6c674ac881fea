"""The same bytes with less work: every commitment of an entry in one statement, and functions that the planner takes in.

A function in SQL with a search path of its own is prepared anew in each transaction, for each place that calls it; ten
commitments cost more than the insert. Written as expressions (RETURN …), the functions are bound to what they name when
they are made, need no search path, and become part of the statement that calls them (docs/decisions/0022).
"""

from importlib import import_module

from django.db import migrations

FORM = """
CREATE OR REPLACE FUNCTION record_salt() RETURNS bytea LANGUAGE sql VOLATILE
    RETURN uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());

CREATE OR REPLACE FUNCTION record_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE
    RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

CREATE OR REPLACE FUNCTION record_commitment(salt bytea, name text, value text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN encode(sha256(salt || int2send(octet_length(convert_to(name, 'UTF8'))::int2) || convert_to(name, 'UTF8')
                  || int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8')), 'hex');
"""

INSERT = """
CREATE OR REPLACE FUNCTION record_entry_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_sort = off AS $$
DECLARE
    last record;
    words jsonb := NEW.intake;
    personal jsonb := COALESCE(NEW.intake -> 'personal', '{}'::jsonb);
    names CONSTANT text[] := ARRAY['act','audience','author','code','due_at','entered_by','follow_state','handler','kind','late',
        'next_step','occurred_at','original_recorded_at','place','reason','refers_to','result','root','severity','source',
        'text','urgency','waiting_for','waiting_until'];
    lines text[] := '{}';
    referred text;
    thread text;
    book_of_thread bigint;
    part record;
    salt bytea;
    made bigint;
BEGIN
    -- The same lock as hold_books(): one writer at a time for each book, so that numbers follow the order of commits.
    PERFORM pg_advisory_xact_lock(1685419129, NEW.book_id::int);
    SELECT book.origin, newest.number, newest.digest, newest.recorded_at INTO STRICT last
    FROM logbook_book AS book LEFT JOIN LATERAL (
        SELECT * FROM logbook_entrydigest AS d WHERE d.book_id = book.id ORDER BY d.number DESC LIMIT 1) AS newest ON true
    WHERE book.id = NEW.book_id;
    NEW.number := COALESCE(last.number, 0) + 1;
    NEW.recorded_at := GREATEST(record_clock(), last.recorded_at);
    NEW.previous := COALESCE(last.digest, decode(repeat('00', 32), 'hex'));
    NEW.secret := record_salt();
    NEW.personal := '{}'::jsonb;
    NEW.intake := NULL;

    IF NEW.root_id IS NOT NULL THEN
        SELECT b.origin || ' ' || e.number, e.book_id INTO thread, book_of_thread
        FROM logbook_entry e JOIN logbook_book b ON b.id = e.book_id WHERE e.id = NEW.root_id;
        IF book_of_thread IS DISTINCT FROM NEW.book_id THEN
            RAISE EXCEPTION 'An entry continues a thread of its own book (I2).';
        END IF;
    END IF;
    IF NEW.refers_to_id IS NOT NULL THEN
        SELECT b.origin || ' ' || e.number INTO referred
        FROM logbook_entry e JOIN logbook_book b ON b.id = e.book_id WHERE e.id = NEW.refers_to_id;
    END IF;
    IF NEW.fields <> '{}'::jsonb THEN
        FOR part IN SELECT key, value FROM jsonb_each(NEW.fields) LOOP
            IF part.key !~ '^[a-z0-9_]{1,40}$' OR part.key = ANY (names) OR jsonb_typeof(part.value) <> 'string' THEN
                RAISE EXCEPTION 'Field % of an entry has a name or a value that the record does not take.', part.key;
            END IF;
        END LOOP;
    END IF;
    IF personal <> '{}'::jsonb THEN
        FOR part IN SELECT key, value FROM jsonb_each_text(personal) LOOP
            IF part.key !~ '^[a-z0-9_]{1,40}$' OR part.key = ANY (names) OR NEW.fields ? part.key THEN
                RAISE EXCEPTION 'Personal value % has a name that the record does not take.', part.key;
            END IF;
            salt := record_salt();
            INSERT INTO logbook_personalvalue (book_id, name, value, salt)
            VALUES (NEW.book_id, part.key, part.value, salt) RETURNING id INTO made;
            NEW.personal := NEW.personal || jsonb_build_object(part.key, made);
            lines := lines || (part.key || ' ' || record_commitment(salt, part.key, part.value));
        END LOOP;
    END IF;
    IF COALESCE(words ->> 'text', '') <> '' THEN
        salt := record_salt();
        INSERT INTO logbook_entrytext (entry_id, text, salt, search, folding)
        VALUES (NEW.id, words ->> 'text', salt, COALESCE(words ->> 'search', ''), COALESCE((words ->> 'folding')::int, 0));
        lines := lines || ('text ' || record_commitment(salt, 'text', words ->> 'text'));
    END IF;

    SELECT 'duty-desk-entry/1' || E'\\n' || last.origin || E'\\n' || NEW.number || E'\\n'
        || record_time(NEW.recorded_at) || E'\\n' || encode(NEW.previous, 'hex') || E'\\n'
        || string_agg(line || E'\\n', '' ORDER BY line COLLATE "C") INTO NEW.leaf
    FROM (
        SELECT plain.name || ' ' || record_commitment(sha256(NEW.secret || convert_to(plain.name, 'UTF8')), plain.name, plain.value)
        FROM (VALUES
            ('act', NEW.act::text), ('audience', NEW.audience), ('code', NULLIF(NEW.code, '')),
            ('author', (SELECT ref::text FROM desks_person WHERE id = NEW.author_id)),
            ('entered_by', CASE WHEN NEW.entered_by_id IS NOT NULL
                           THEN (SELECT ref::text FROM desks_person WHERE id = NEW.entered_by_id) END),
            ('kind', CASE WHEN NEW.kind <> '' THEN NEW.kind || '/' || COALESCE(NEW.kind_version, 0) END),
            ('occurred_at', record_time(NEW.occurred_at)), ('late', CASE WHEN NEW.late THEN 'true' END),
            ('source', NULLIF(NEW.source, '')), ('place', NULLIF(NEW.place, '')), ('urgency', NULLIF(NEW.urgency, '')),
            ('handler', NULLIF(NEW.handler, '')), ('due_at', record_time(NEW.due_at)), ('reason', NULLIF(NEW.reason, '')),
            ('refers_to', referred), ('root', thread), ('follow_state', NULLIF(NEW.follow_state, '')),
            ('waiting_for', NULLIF(NEW.waiting_for, '')), ('waiting_until', record_time(NEW.waiting_until)),
            ('next_step', NULLIF(NEW.next_step, '')), ('severity', NULLIF(NEW.severity, '')),
            ('result', NULLIF(NEW.result, '')), ('original_recorded_at', record_time(NEW.original_recorded_at))
        ) AS plain (name, value) WHERE plain.value IS NOT NULL
        UNION ALL
        SELECT own.key || ' ' || record_commitment(sha256(NEW.secret || convert_to(own.key, 'UTF8')), own.key, own.value)
        FROM jsonb_each_text(NEW.fields) AS own
        UNION ALL
        SELECT unnest(lines)
    ) AS every (line);
    NEW.digest := sha256('\\x00'::bytea || convert_to(NEW.leaf, 'UTF8'));
    INSERT INTO logbook_entrydigest (book_id, number, digest, recorded_at)
    VALUES (NEW.book_id, NEW.number, NEW.digest, NEW.recorded_at);
    RETURN NEW;
END $$;
"""

# An entry that moves no follow-up does not call the function that would find so.
FOLLOW_UP = """
DROP TRIGGER b_follow_up_project ON logbook_entry;
CREATE TRIGGER b_follow_up_project AFTER INSERT ON logbook_entry FOR EACH ROW WHEN (NEW.follow_state <> '')
    EXECUTE FUNCTION follow_up_project();
ALTER TABLE logbook_entry ENABLE ALWAYS TRIGGER b_follow_up_project;
"""

_before = import_module("logbook.migrations.0002_record")
UNDO = (
    FOLLOW_UP.replace(" WHEN (NEW.follow_state <> '')", "")
    + _before.FORM.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + _before.INSERT.split("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + "ALTER FUNCTION record_entry_insert() SET enable_sort = off;"
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0005_head_by_index")]
    operations = [migrations.RunSQL(FORM + INSERT + FOLLOW_UP, UNDO)]
