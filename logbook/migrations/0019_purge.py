"""Archiving and purging: the rules and the guards (A19, I12; docs/record.md, "Archiving and purging").

Nothing of the record goes but by a step of a purge; the step's own trigger checks everything, whoever inserts it: people,
archive, age, holds, open matters, order. Only the owner may write steps. A guard lets go what the step of the present
transaction covers. What rows that stay point at leaves its number behind, as a stub that says nothing else.
"""

from importlib import import_module

from django.db import migrations

INSERT_ONLY = ["retentionperiod", "archive", "purgerequest", "purgedecision", "purge", "purgestep"]
STAYS = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in INSERT_ONLY
)

RETENTION = """
CREATE FUNCTION record_retention_years(p_site bigint) RETURNS int LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT GREATEST(3, COALESCE((SELECT years FROM logbook_retentionperiod WHERE site_id = p_site
                                 AND takes_effect_at <= record_clock() ORDER BY id DESC LIMIT 1), 3))
$$;

CREATE FUNCTION retention_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.set_at := record_clock();
    NEW.takes_effect_at := NEW.set_at
        + CASE WHEN NEW.years >= record_retention_years(NEW.site_id) THEN interval '0' ELSE interval '1 day' END;
    RETURN NEW;
END $$;
CREATE TRIGGER retention_begins BEFORE INSERT ON logbook_retentionperiod FOR EACH ROW EXECUTE FUNCTION retention_begins();
ALTER TABLE logbook_retentionperiod ENABLE ALWAYS TRIGGER retention_begins;

-- Whole months of the site whose end is older than the period: what was recorded before this moment may go.
CREATE FUNCTION record_expired_before(p_site bigint) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT date_trunc('month', (record_clock() AT TIME ZONE timezone) - make_interval(years => record_retention_years(id)))
        AT TIME ZONE timezone FROM desks_site WHERE id = p_site
$$;

CREATE FUNCTION record_site_is_held(p_site bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM logbook_legalhold h JOIN desks_desk d ON d.id = h.desk_id WHERE d.site_id = p_site
                   AND NOT EXISTS (SELECT FROM logbook_legalholdlift l WHERE l.hold_id = h.id))
$$;
"""

ARCHIVE = """
CREATE FUNCTION archive_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    site desks_site;
    begins timestamptz;
    ends timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(1685419129, NEW.book_id::int);
    SELECT s.* INTO STRICT site FROM desks_site s JOIN logbook_book b ON b.site_id = s.id WHERE b.id = NEW.book_id;
    begins := NEW.month::timestamp AT TIME ZONE site.timezone;
    ends := (NEW.month + interval '1 month') AT TIME ZONE site.timezone;
    IF ends > record_expired_before(site.id) THEN
        RAISE EXCEPTION 'Only whole months whose period is over are archived (A19).';
    END IF;
    IF NEW.first_number <> 1 + COALESCE((SELECT max(last_number) FROM logbook_archive WHERE book_id = NEW.book_id), 0) THEN
        RAISE EXCEPTION 'An archive begins where the one before ends (I12).';
    END IF;
    IF EXISTS (SELECT FROM logbook_entrydigest WHERE book_id = NEW.book_id AND number IN (NEW.first_number, NEW.last_number)
               AND NOT (recorded_at >= begins AND recorded_at < ends))
       OR EXISTS (SELECT FROM logbook_entrydigest WHERE book_id = NEW.book_id AND number = NEW.last_number + 1 AND recorded_at < ends)
       OR NOT EXISTS (SELECT FROM logbook_entrydigest WHERE book_id = NEW.book_id AND number = NEW.last_number) THEN
        RAISE EXCEPTION 'An archive holds a whole month of the site, by the time of recording (I11, I12).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER archive_follows BEFORE INSERT ON logbook_archive FOR EACH ROW EXECUTE FUNCTION archive_follows();
ALTER TABLE logbook_archive ENABLE ALWAYS TRIGGER archive_follows;
"""

# The first thing that stands in the way of purging a range, or nothing: what, and at which number.
STOP = """
CREATE FUNCTION record_purge_stop(p_book bigint, p_first bigint, p_last bigint, OUT what text, OUT number bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    book logbook_book;
    expired timestamptz;
BEGIN
    SELECT * INTO STRICT book FROM logbook_book WHERE id = p_book;
    expired := record_expired_before(book.site_id);
    SELECT 'young', min(e.number) INTO what, number FROM (
        SELECT d.number FROM logbook_entrydigest d WHERE d.book_id = p_book AND d.number BETWEEN p_first AND p_last AND d.recorded_at >= expired
        UNION ALL
        SELECT e.number FROM logbook_entry e WHERE e.book_id = p_book AND e.number BETWEEN p_first AND p_last AND e.recorded_at >= expired
    ) AS e;
    IF number IS NOT NULL THEN RETURN; END IF;
    IF p_last > COALESCE((SELECT max(last_number) FROM logbook_archive WHERE book_id = p_book), 0) THEN
        what := 'unarchived'; number := p_last; RETURN;
    END IF;
    SELECT 'gap', min(n) INTO what, number FROM generate_series(p_first, p_last) AS n
    WHERE NOT EXISTS (SELECT FROM logbook_entry e WHERE e.book_id = p_book AND e.number = n AND e.code <> 'purged')
       OR NOT EXISTS (SELECT FROM logbook_entrydigest d WHERE d.book_id = p_book AND d.number = n);
    IF number IS NOT NULL THEN RETURN; END IF;
    -- An open matter, a request to veil or a request for a proof that nobody has answered.
    SELECT 'open', min(e.number) INTO what, number FROM logbook_entry e WHERE e.book_id = p_book AND e.number BETWEEN p_first AND p_last AND (
        EXISTS (SELECT FROM logbook_followup f WHERE f.root_id = e.id AND f.state NOT IN ('closed', 'retracted'))
        OR EXISTS (SELECT FROM logbook_proofrequest p WHERE p.entry_id = e.id AND p.state = 'asked')
        OR EXISTS (SELECT FROM logbook_veilrequest v WHERE v.entry_id = e.id
                   AND NOT EXISTS (SELECT FROM logbook_veil w WHERE w.request_id = v.id)
                   AND NOT EXISTS (SELECT FROM logbook_veildeclined d WHERE d.request_id = v.id)));
    IF number IS NOT NULL THEN RETURN; END IF;
    what := 'held'; number := NULL;
    IF record_site_is_held(book.site_id) THEN
        IF book.desk_id IS NULL THEN
            number := p_first;
        ELSE
            SELECT min(e.number) INTO number FROM logbook_entry e
            WHERE e.book_id = p_book AND e.number BETWEEN p_first AND p_last AND record_held(e.id);
        END IF;
    END IF;
    IF number IS NULL THEN what := ''; END IF;
END $$;
"""

PURGE = """
CREATE FUNCTION purge_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    asked logbook_purgerequest;
    answer logbook_purgedecision;
    upto logbook_archive;
    book logbook_book;
    stop record;
    site_book bigint;
    each bigint;
    said jsonb;
BEGIN
    SELECT * INTO STRICT asked FROM logbook_purgerequest WHERE id = NEW.request_id;
    SELECT * INTO STRICT upto FROM logbook_archive WHERE id = asked.archive_id;
    SELECT * INTO STRICT book FROM logbook_book WHERE id = upto.book_id;
    SELECT id INTO STRICT site_book FROM logbook_book WHERE site_id = book.site_id AND desk_id IS NULL ORDER BY epoch DESC LIMIT 1;
    FOR each IN SELECT id FROM logbook_book WHERE id IN (book.id, site_book) ORDER BY id LOOP
        PERFORM pg_advisory_xact_lock(1685419129, each::int);
    END LOOP;
    SELECT * INTO answer FROM logbook_purgedecision WHERE request_id = asked.id;
    IF answer.id IS NULL OR NOT answer.confirmed THEN
        RAISE EXCEPTION 'A purge is confirmed by the site administrator first (A19).';
    END IF;
    IF answer.decided_by_id = asked.asked_by_id THEN
        RAISE EXCEPTION 'Two people purge, never one (A19).';
    END IF;
    IF NOT record_holds_role(asked.asked_by_id, book.id, ARRAY['supervisor'], 'log.ask_purge')
       OR NOT record_holds_role(answer.decided_by_id, book.id, ARRAY['site_administrator'], '') THEN
        RAISE EXCEPTION 'A supervisor of the site asks to purge, and its administrator confirms (A19).';
    END IF;
    NEW.book_id := book.id;
    NEW.first_number := 1 + COALESCE((SELECT max(last_number) FROM logbook_purge WHERE book_id = book.id), 0);
    NEW.last_number := upto.last_number;
    NEW.at := record_clock();
    IF NEW.last_number < NEW.first_number THEN
        RAISE EXCEPTION 'This has been purged already (I12).';
    END IF;
    IF EXISTS (SELECT FROM logbook_purge p WHERE p.book_id = book.id
               AND p.last_number > COALESCE((SELECT max(last_number) FROM logbook_purgestep WHERE purge_id = p.id), 0)) THEN
        RAISE EXCEPTION 'The purge before this one is carried to its end first (I12).';
    END IF;
    stop := record_purge_stop(book.id, NEW.first_number, NEW.last_number);
    IF stop.what <> '' THEN
        RAISE EXCEPTION 'Nothing is purged: number % is % (A19, I12).', stop.number, stop.what;
    END IF;
    said := jsonb_build_object('first', NEW.first_number::text, 'last', NEW.last_number::text, 'why', asked.reason,
        'years', record_retention_years(book.site_id)::text, 'file_digest', upto.file_digest, 'origin', book.origin,
        'request', asked.id::text, 'asked_by', (SELECT name FROM desks_person WHERE id = asked.asked_by_id),
        'asked_ref', (SELECT ref FROM desks_person WHERE id = asked.asked_by_id), 'asked_method', asked.method,
        'confirmed_by', (SELECT name FROM desks_person WHERE id = answer.decided_by_id), 'method', answer.method);
    NEW.note_id := record_note(book.id, answer.decided_by_id, 'log_purged', 'staff', NULL, NULL, said);
    NEW.site_note_id := NEW.note_id;
    IF site_book <> book.id THEN
        NEW.site_note_id := record_note(site_book, answer.decided_by_id, 'log_purged', 'staff', NEW.note_id, NULL, said);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purge_begins BEFORE INSERT ON logbook_purge FOR EACH ROW EXECUTE FUNCTION purge_begins();
ALTER TABLE logbook_purge ENABLE ALWAYS TRIGGER purge_begins;

CREATE FUNCTION purge_step_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    run logbook_purge;
    stop record;
BEGIN
    SELECT * INTO STRICT run FROM logbook_purge WHERE id = NEW.purge_id;
    -- The lock of whoever writes, and of whoever places a hold: held for this step alone.
    PERFORM pg_advisory_xact_lock(1685419129, run.book_id::int);
    NEW.book_id := run.book_id;
    NEW.transaction := pg_current_xact_id()::text::bigint;
    NEW.first_number := GREATEST(run.first_number, 1 + COALESCE((SELECT max(last_number) FROM logbook_purgestep WHERE book_id = run.book_id), 0));
    NEW.last_number := LEAST(run.last_number, NEW.first_number + GREATEST(NEW.last_number, 1) - 1);
    IF NEW.first_number > NEW.last_number THEN
        RETURN NULL;
    END IF;
    stop := record_purge_stop(run.book_id, NEW.first_number, NEW.last_number);
    IF stop.what <> '' THEN
        RAISE EXCEPTION 'The purge stops: number % is % (A19, I12).', stop.number, stop.what;
    END IF;
    SELECT COALESCE(array_agg(v.id), '{}') INTO NEW.value_ids FROM logbook_entry e CROSS JOIN LATERAL jsonb_each_text(e.personal) AS said
    JOIN logbook_personalvalue v ON v.id = said.value::bigint AND v.book_id = e.book_id
    WHERE e.book_id = run.book_id AND e.number BETWEEN NEW.first_number AND NEW.last_number AND e.personal <> '{}';
    RETURN NEW;
END $$;
CREATE TRIGGER purge_step_begins BEFORE INSERT ON logbook_purgestep FOR EACH ROW EXECUTE FUNCTION purge_step_begins();
ALTER TABLE logbook_purgestep ENABLE ALWAYS TRIGGER purge_step_begins;
"""

GUARDS = """
CREATE FUNCTION record_step_covers(p_book bigint, p_number bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM logbook_purgestep WHERE transaction = pg_current_xact_id()::text::bigint
                   AND book_id = p_book AND p_number BETWEEN first_number AND last_number)
$$;

DROP TRIGGER record_refuses_change ON logbook_entry;
CREATE FUNCTION entry_goes_by_purge() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- A stub says nothing; the foreign keys keep the one that is still pointed at.
        IF record_step_covers(OLD.book_id, OLD.number) OR (OLD.code = 'purged' AND OLD.leaf = '' AND EXISTS (
            SELECT FROM logbook_purge WHERE book_id = OLD.book_id AND last_number >= OLD.number)) THEN
            RETURN OLD;
        END IF;
    ELSIF NEW.code = 'purged' AND NEW.leaf = '' AND NEW.digest IS NULL AND NEW.secret IS NULL AND NEW.fields = '{}' AND NEW.personal = '{}'
        AND (NEW.id, NEW.book_id, NEW.number, NEW.recorded_at, NEW.audience) = (OLD.id, OLD.book_id, OLD.number, OLD.recorded_at, OLD.audience)
        AND record_step_covers(OLD.book_id, OLD.number) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Table logbook_entry is part of the record: nothing in it is changed or removed, but by a purge of what has expired (I1, I12).';
END $$;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_entry FOR EACH ROW EXECUTE FUNCTION entry_goes_by_purge();
ALTER TABLE logbook_entry ENABLE ALWAYS TRIGGER record_refuses_change;

CREATE OR REPLACE FUNCTION personal_value_goes_by_rule() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        EXISTS (SELECT FROM logbook_erasedvalue WHERE value_id = OLD.id AND book_id = OLD.book_id AND name = OLD.name)
        OR EXISTS (SELECT FROM logbook_purgestep WHERE transaction = pg_current_xact_id()::text::bigint AND book_id = OLD.book_id
                   AND OLD.id = ANY (value_ids))) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table logbook_personalvalue is part of the record: a value goes by the rule alone, and an entry says so (I1).';
END $$;

CREATE OR REPLACE FUNCTION entry_text_goes_under_a_veil() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        EXISTS (SELECT FROM logbook_veil v JOIN logbook_sealedtext s ON s.entry_id = v.entry_id
                WHERE v.entry_id = OLD.entry_id AND s.text = OLD.text AND s.salt = OLD.salt)
        OR (SELECT record_step_covers(book_id, number) FROM logbook_entry WHERE id = OLD.entry_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table logbook_entrytext is part of the record: a text goes under a veil or stays as it is (I1).';
END $$;

DROP TRIGGER record_refuses_change ON logbook_sealedtext;
CREATE FUNCTION sealed_text_goes_by_purge() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (SELECT record_step_covers(book_id, number) FROM logbook_entry WHERE id = OLD.entry_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table logbook_sealedtext is part of the record: nothing in it is changed or removed (I1).';
END $$;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_sealedtext FOR EACH ROW EXECUTE FUNCTION sealed_text_goes_by_purge();
ALTER TABLE logbook_sealedtext ENABLE ALWAYS TRIGGER record_refuses_change;

-- Emptying a table fires none of the guards above.
CREATE FUNCTION record_refuses_emptying() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'Table % is part of the record and is not emptied (I1).', TG_TABLE_NAME;
END $$;
"""
NEVER_EMPTIED = ["book", "entry", "entrytext", "personalvalue", "entrydigest", "treenode", "checkpoint", "accessrecord", "sealedtext", *INSERT_ONLY]
GUARDS += "".join(
    f"""CREATE TRIGGER record_refuses_emptying BEFORE TRUNCATE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_emptying();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_emptying;
"""
    for table in NEVER_EMPTIED
)

STEP = """
-- Which of these entries rows point at that stay: every table with a foreign key to an entry, found in the catalogue.
CREATE FUNCTION record_pointed_at(p_ids bigint[], p_book bigint, p_last bigint) RETURNS bigint[] LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    asked text;
    found bigint[];
BEGIN
    SELECT string_agg(format('SELECT %I AS id FROM %s WHERE %I = ANY ($1)%s', a.attname, c.conrelid::regclass, a.attname,
        CASE WHEN c.conrelid = 'logbook_entry'::regclass THEN ' AND NOT (book_id = $2 AND number <= $3)' ELSE '' END), ' UNION ')
    INTO asked FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'logbook_entry'::regclass AND c.conrelid NOT IN ('logbook_entrytext'::regclass,
        'logbook_searchtext'::regclass, 'logbook_sealedtext'::regclass);
    EXECUTE 'SELECT COALESCE(array_agg(id), ''{}'') FROM (' || asked || ') AS pointed' INTO found USING p_ids, p_book, p_last;
    RETURN found;
END $$;

CREATE FUNCTION record_purge_step(p_purge bigint, p_portion int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    step logbook_purgestep;
    ids bigint[];
    pointed bigint[];
BEGIN
    INSERT INTO logbook_purgestep (purge_id, transaction, book_id, first_number, last_number, value_ids)
        VALUES (p_purge, 0, 0, 0, p_portion, '{}') RETURNING * INTO step;
    IF step.id IS NULL THEN
        RETURN 0;
    END IF;
    SELECT array_agg(id) INTO ids FROM logbook_entry WHERE book_id = step.book_id AND number BETWEEN step.first_number AND step.last_number;
    DELETE FROM logbook_followup WHERE root_id = ANY (ids);
    DELETE FROM logbook_personalvalue WHERE id = ANY (step.value_ids);
    DELETE FROM logbook_entrytext WHERE entry_id = ANY (ids);
    DELETE FROM logbook_searchtext WHERE entry_id = ANY (ids);
    DELETE FROM logbook_sealedtext WHERE entry_id = ANY (ids);
    pointed := record_pointed_at(ids, step.book_id, step.last_number);
    UPDATE logbook_entry SET leaf = '', previous = NULL, digest = NULL, secret = NULL, author_id = NULL, entered_by_id = NULL, act = 'act',
        code = 'purged', kind = '', kind_version = NULL, occurred_at = recorded_at, late = false, source = '', place = '', urgency = '',
        handler = '', due_at = NULL, reason = '', refers_to_id = NULL, root_id = NULL, follow_state = '', waiting_for = '',
        waiting_until = NULL, next_step = '', severity = '', result = '', original_recorded_at = NULL, fields = '{}', personal = '{}',
        key = NULL, request_digest = '' WHERE id = ANY (pointed);
    DELETE FROM logbook_entry WHERE id = ANY (ids) AND NOT id = ANY (pointed);
    RETURN cardinality(ids);
END $$;

-- Stubs that nothing points at any more, of this purge and of earlier ones.
CREATE FUNCTION record_purge_stubs(p_purge bigint, p_after bigint, p_portion int, OUT reached bigint, OUT gone int)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    run logbook_purge;
    ids bigint[];
    pointed bigint[];
BEGIN
    SELECT * INTO STRICT run FROM logbook_purge WHERE id = p_purge;
    SELECT array_agg(id), max(number) INTO ids, reached FROM (
        SELECT id, number FROM logbook_entry WHERE book_id = run.book_id AND number > p_after AND number <= run.last_number AND code = 'purged'
        ORDER BY number LIMIT p_portion) AS stubs;
    gone := 0;
    IF ids IS NOT NULL THEN
        pointed := record_pointed_at(ids, run.book_id, 0);
        DELETE FROM logbook_entry WHERE id = ANY (ids) AND NOT id = ANY (pointed);
        GET DIAGNOSTICS gone = ROW_COUNT;
    END IF;
END $$;
REVOKE ALL ON FUNCTION record_purge_step(bigint, int), record_purge_stubs(bigint, bigint, int), record_pointed_at(bigint[], bigint, bigint) FROM PUBLIC;
"""

# Access records and history rows: never before the period is over, and nothing while a hold lies.
OTHERS = """
DROP TRIGGER record_refuses_change ON logbook_accessrecord;
CREATE FUNCTION access_record_goes_by_age() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    site bigint;
BEGIN
    SELECT site_id INTO site FROM desks_desk WHERE id = OLD.desk_id;
    IF TG_OP = 'DELETE' AND OLD.at < record_expired_before(site) AND NOT record_site_is_held(site) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table logbook_accessrecord is part of the record: nothing in it is changed, or removed before its time (I1, I12).';
END $$;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_accessrecord FOR EACH ROW EXECUTE FUNCTION access_record_goes_by_age();
ALTER TABLE logbook_accessrecord ENABLE ALWAYS TRIGGER record_refuses_change;

-- Histories belong to no single site: the site with the longest period decides for all.
CREATE FUNCTION record_history_expired_before() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN NOT EXISTS (SELECT FROM desks_site WHERE record_site_is_held(id))
        THEN (SELECT min(record_expired_before(id)) FROM desks_site) END
$$;

CREATE FUNCTION history_goes_by_age() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.history_date < record_history_expired_before() THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table % is a history: nothing in it is removed before its time, or while a hold lies (I12).', TG_TABLE_NAME;
END $$;

CREATE FUNCTION record_history_tables() RETURNS SETOF regclass LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT c.oid::regclass FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND 4 = (
        SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
        AND a.attname IN ('history_id', 'history_date', 'history_type', 'history_change_reason')) ORDER BY c.relname
$$;

-- Called after every migrate: also a history that a later floor brings gets its guard.
CREATE FUNCTION record_guard_histories() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    each regclass;
    made int := 0;
BEGIN
    FOR each IN SELECT t FROM record_history_tables() AS t
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t AND tgname = 'history_goes_by_age') LOOP
        EXECUTE format('CREATE TRIGGER history_goes_by_age BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION history_goes_by_age()', each);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER history_goes_by_age', each);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

-- Access records of the purged book's desk, then the histories of all; the newest row of each thing stays.
CREATE FUNCTION record_purge_others(p_purge bigint, p_portion int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    run logbook_purge;
    book logbook_book;
    each regclass;
    gone int;
BEGIN
    SELECT * INTO STRICT run FROM logbook_purge WHERE id = p_purge;
    SELECT * INTO STRICT book FROM logbook_book WHERE id = run.book_id;
    IF record_site_is_held(book.site_id) THEN
        RETURN 0;
    END IF;
    DELETE FROM logbook_accessrecord WHERE id IN (SELECT id FROM logbook_accessrecord WHERE desk_id = book.desk_id
        AND at < (SELECT record_expired_before(book.site_id)) ORDER BY at LIMIT p_portion);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 OR record_history_expired_before() IS NULL THEN
        RETURN gone;
    END IF;
    FOR each IN SELECT t FROM record_history_tables() AS t LOOP
        EXECUTE format('DELETE FROM %s WHERE history_id IN (SELECT h.history_id FROM %s h
            WHERE h.history_date < (SELECT record_history_expired_before())
            AND EXISTS (SELECT FROM %s newer WHERE newer.id = h.id AND newer.history_id > h.history_id) LIMIT $1)', each, each, each) USING p_portion;
        GET DIAGNOSTICS gone = ROW_COUNT;
        IF gone > 0 THEN
            RETURN gone;
        END IF;
    END LOOP;
    RETURN 0;
END $$;
REVOKE ALL ON FUNCTION record_purge_others(bigint, int), record_guard_histories() FROM PUBLIC;
SELECT record_guard_histories();
"""

_before = import_module("logbook.migrations.0013_erase_and_veil")


def _guard_before(words: str, name: str) -> str:
    """A guard's function as migration 0013 has made it, to put back."""
    begin = words.index(f"CREATE FUNCTION {name}()")
    return words[begin : words.index("END $$;", begin)].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + "END $$;"


UNDO = (
    """DO $$ BEGIN
    IF EXISTS (SELECT FROM logbook_purge) THEN
        RAISE EXCEPTION 'Entries are purged: what says so is part of the record and stays (I12).';
    END IF;
END $$;
DO $$ DECLARE each regclass; BEGIN
    FOR each IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'history_goes_by_age' LOOP
        EXECUTE format('DROP TRIGGER history_goes_by_age ON %s', each);
    END LOOP;
END $$;
DROP FUNCTION record_purge_others(bigint, int); DROP FUNCTION record_guard_histories(); DROP FUNCTION record_history_tables();
DROP FUNCTION history_goes_by_age(); DROP FUNCTION record_history_expired_before();
DROP FUNCTION record_purge_stubs(bigint, bigint, int); DROP FUNCTION record_purge_step(bigint, int);
DROP FUNCTION record_pointed_at(bigint[], bigint, bigint);
"""
    + "".join(f"DROP TRIGGER record_refuses_emptying ON logbook_{table};" for table in NEVER_EMPTIED)
    + "DROP FUNCTION record_refuses_emptying();"
    + "".join(
        f"""DROP TRIGGER record_refuses_change ON logbook_{table};
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
        for table in ("entry", "sealedtext", "accessrecord")
    )
    + _guard_before(_before.ERASE, "personal_value_goes_by_rule")
    + _guard_before(_before.VEIL, "entry_text_goes_under_a_veil")
    + """DROP FUNCTION access_record_goes_by_age(); DROP FUNCTION sealed_text_goes_by_purge(); DROP FUNCTION entry_goes_by_purge();
DROP FUNCTION record_step_covers(bigint, bigint);
DROP TRIGGER purge_step_begins ON logbook_purgestep; DROP FUNCTION purge_step_begins();
DROP TRIGGER purge_begins ON logbook_purge; DROP FUNCTION purge_begins();
DROP FUNCTION record_purge_stop(bigint, bigint, bigint);
DROP TRIGGER archive_follows ON logbook_archive; DROP FUNCTION archive_follows();
DROP TRIGGER retention_begins ON logbook_retentionperiod; DROP FUNCTION retention_begins();
DROP FUNCTION record_site_is_held(bigint); DROP FUNCTION record_expired_before(bigint); DROP FUNCTION record_retention_years(bigint);
"""
    + "".join(f"DROP TRIGGER record_refuses_change ON logbook_{table};" for table in INSERT_ONLY)
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0018_archives")]
    operations = [migrations.RunSQL(STAYS + RETENTION + ARCHIVE + STOP + PURGE + GUARDS + STEP + OTHERS, UNDO)]
