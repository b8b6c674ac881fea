"""How what has expired goes: guards that let it, the steps that do it, and what else follows the rule (A19, I12; docs/record.md).

A guard lets go what the step of the present transaction covers. What rows that stay point at leaves its number behind, as
a stub that says nothing else.
"""

from importlib import import_module

from django.db import migrations

INSERT_ONLY = import_module("logbook.migrations.0019_purge_rules").INSERT_ONLY

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
"""
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0019_purge_rules")]
    operations = [migrations.RunSQL(GUARDS + STEP + OTHERS, UNDO)]
