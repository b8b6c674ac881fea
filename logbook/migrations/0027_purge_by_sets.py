"""A step of a purge looks and removes by sets: the same rules, asked once for a step instead of once for each row (A19, I1, I12; docs/decisions/0045).

The guards of what goes most look at all rows of a DELETE together. A step locks its entries first, asks every table that could
point at them, and only then removes those that nothing points at.
"""

from importlib import import_module

from django.db import migrations

STOP = """
CREATE OR REPLACE FUNCTION record_purge_stop(p_book bigint, p_first bigint, p_last bigint, OUT what text, OUT number bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    book logbook_book;
    expired timestamptz;
    ids bigint[];
    stand bigint;
    kept bigint;
    other bigint;
BEGIN
    SELECT * INTO STRICT book FROM logbook_book WHERE id = p_book;
    expired := record_expired_before(book.site_id);
    SELECT min(e.number) FILTER (WHERE e.recorded_at >= expired), count(*) FILTER (WHERE e.code <> 'purged'), COALESCE(array_agg(e.id), '{}')
        INTO number, stand, ids FROM logbook_entry e WHERE e.book_id = p_book AND e.number BETWEEN p_first AND p_last;
    SELECT min(d.number) FILTER (WHERE d.recorded_at >= expired), count(*)
        INTO other, kept FROM logbook_entrydigest d WHERE d.book_id = p_book AND d.number BETWEEN p_first AND p_last;
    what := 'young'; number := LEAST(number, other);
    IF number IS NOT NULL THEN RETURN; END IF;
    IF p_last > COALESCE((SELECT max(last_number) FROM logbook_archive WHERE book_id = p_book), 0) THEN
        what := 'unarchived'; number := p_last; RETURN;
    END IF;
    -- Numbers stand once in their book: as many as the range has are all of them.
    IF LEAST(stand, kept) < p_last - p_first + 1 THEN
        SELECT 'gap', min(n) INTO what, number FROM generate_series(p_first, p_last) AS n
        WHERE (SELECT e.id FROM logbook_entry e WHERE e.book_id = p_book AND e.number = n AND e.code <> 'purged') IS NULL
           OR (SELECT d.id FROM logbook_entrydigest d WHERE d.book_id = p_book AND d.number = n) IS NULL;
        RETURN;
    END IF;
    -- An open matter, a request to veil or a request for a proof that nobody has answered.
    SELECT 'open', min(e.number) INTO what, number FROM (
        SELECT f.root_id AS id FROM logbook_followup f WHERE f.root_id = ANY (ids) AND f.state NOT IN ('closed', 'retracted')
        UNION ALL
        SELECT p.entry_id FROM logbook_proofrequest p WHERE p.entry_id = ANY (ids) AND p.state = 'asked'
        UNION ALL
        SELECT v.entry_id FROM logbook_veilrequest v WHERE v.entry_id = ANY (ids)
            AND NOT EXISTS (SELECT FROM logbook_veil w WHERE w.request_id = v.id)
            AND NOT EXISTS (SELECT FROM logbook_veildeclined d WHERE d.request_id = v.id)
    ) AS waits JOIN logbook_entry e ON e.id = waits.id;
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

_rules = import_module("logbook.migrations.0019_purge_rules")
_steps = import_module("logbook.migrations.0020_purge_steps")
_kept = import_module("logbook.migrations.0023_nothing_goes_by_another_path")
_words = import_module("logbook.migrations.0014_search")


def _function(words: str, name: str) -> str:
    """A function as a migration before has made it, to put back."""
    begin = words.index(f"FUNCTION {name}(")
    return "CREATE OR REPLACE " + words[begin : words.index("END $$;", begin)] + "END $$;\n"


# The whole range is looked at before writers of both books have to wait; what has changed meanwhile each step sees, as it always did.
_LOCK = "    FOR each IN SELECT id FROM logbook_book WHERE id IN (book.id, site_book) ORDER BY id LOOP"
_LOOK = "    stop := record_purge_stop(book.id, NEW.first_number, NEW.last_number);\n"
_FIRST = "1 + COALESCE((SELECT max(last_number) FROM logbook_purge WHERE book_id = book.id), 0)"
BEGINS = (
    _function(_rules.PURGE, "purge_begins")
    .replace(_LOCK, f"""    expired := record_expired_before(book.site_id);
    stop := record_purge_stop(book.id, {_FIRST}, upto.last_number);
{_LOCK}""")
    .replace(_LOOK, f"""    IF stop.what <> '' OR record_site_is_held(book.site_id) OR expired IS DISTINCT FROM record_expired_before(book.site_id) THEN
    {_LOOK}    END IF;
""")
    .replace("    each bigint;\n", "    each bigint;\n    expired timestamptz;\n")
)

# OFFSET 0 keeps the planner to looking up by key: else it may read a whole table of another size than it thinks.
GUARDS = """
CREATE OR REPLACE FUNCTION entry_goes_by_purge() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.code = 'purged' AND NEW.leaf = '' AND NEW.digest IS NULL AND NEW.secret IS NULL AND NEW.fields = '{}' AND NEW.personal = '{}'
        AND (NEW.id, NEW.book_id, NEW.number, NEW.recorded_at, NEW.audience) = (OLD.id, OLD.book_id, OLD.number, OLD.recorded_at, OLD.audience)
        AND EXISTS (SELECT FROM logbook_purgestep s WHERE s.transaction = pg_current_xact_id()::text::bigint
                    AND s.book_id = OLD.book_id AND OLD.number BETWEEN s.first_number AND s.last_number) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Table logbook_entry is part of the record: nothing in it is changed or removed, but by a purge of what has expired (I1, I12).';
END $$;

CREATE FUNCTION entries_go_by_purge() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Before the first row, and before any foreign key is asked: where nothing was ever purged nothing goes.
    IF TG_WHEN = 'BEFORE' THEN
        IF NOT EXISTS (SELECT FROM logbook_purge) THEN
            RAISE EXCEPTION 'Table logbook_entry is part of the record: nothing in it is changed or removed, but by a purge of what has expired (I1, I12).';
        END IF;
        RETURN NULL;
    END IF;
    -- A stub says nothing; the foreign keys keep the one that is still pointed at.
    IF EXISTS (SELECT FROM gone WHERE NOT EXISTS (
            SELECT FROM logbook_purgestep s WHERE s.transaction = pg_current_xact_id()::text::bigint AND s.book_id = gone.book_id
            AND gone.number BETWEEN s.first_number AND s.last_number)
        AND NOT (gone.code = 'purged' AND gone.leaf = '' AND EXISTS (
            SELECT FROM logbook_purge p WHERE p.book_id = gone.book_id AND p.last_number >= gone.number))) THEN
        RAISE EXCEPTION 'Table logbook_entry is part of the record: nothing in it is changed or removed, but by a purge of what has expired (I1, I12).';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION personal_values_go_by_rule() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (
            SELECT gone.id, gone.book_id, gone.name FROM gone WHERE (gone.book_id, gone.id) NOT IN (
                SELECT s.book_id, unnest(s.value_ids) FROM logbook_purgestep s WHERE s.transaction = pg_current_xact_id()::text::bigint)
        ) AS other WHERE NOT EXISTS (
            SELECT FROM logbook_erasedvalue e WHERE e.value_id = other.id AND e.book_id = other.book_id AND e.name = other.name OFFSET 0)) THEN
        RAISE EXCEPTION 'Table logbook_personalvalue is part of the record: a value goes by the rule alone, and an entry says so (I1).';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION entry_texts_go_under_a_veil() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (
            SELECT gone.* FROM gone LEFT JOIN LATERAL (SELECT book_id, number FROM logbook_entry WHERE id = gone.entry_id OFFSET 0) AS e ON true
            WHERE NOT EXISTS (
                SELECT FROM logbook_purgestep s WHERE s.transaction = pg_current_xact_id()::text::bigint AND s.book_id = e.book_id
                AND e.number BETWEEN s.first_number AND s.last_number)
        ) AS other WHERE NOT EXISTS (
            SELECT FROM logbook_veil v JOIN logbook_sealedtext s ON s.entry_id = v.entry_id
            WHERE v.entry_id = other.entry_id AND s.text = other.text AND s.salt = other.salt OFFSET 0)) THEN
        RAISE EXCEPTION 'Table logbook_entrytext is part of the record: a text goes under a veil or stays as it is (I1).';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION search_texts_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM logbook_searchtext WHERE entry_id IN (SELECT entry_id FROM gone);
    DELETE FROM logbook_searchname WHERE entry_id IN (SELECT entry_id FROM gone);
    RETURN NULL;
END $$;
DROP TRIGGER search_text_goes ON logbook_entrytext;
CREATE TRIGGER search_text_goes AFTER UPDATE ON logbook_entrytext FOR EACH ROW EXECUTE FUNCTION search_text_goes();
ALTER TABLE logbook_entrytext ENABLE ALWAYS TRIGGER search_text_goes;
CREATE TRIGGER search_texts_go AFTER DELETE ON logbook_entrytext REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION search_texts_go();
ALTER TABLE logbook_entrytext ENABLE ALWAYS TRIGGER search_texts_go;
"""
GUARDED = {
    "entry": ("entry_goes_by_purge", "entries_go_by_purge"),
    "personalvalue": ("personal_value_goes_by_rule", "personal_values_go_by_rule"),
    "entrytext": ("entry_text_goes_under_a_veil", "entry_texts_go_under_a_veil"),
}
GUARDS += "".join(
    f"""DROP TRIGGER record_refuses_change ON logbook_{table};
CREATE TRIGGER record_refuses_change BEFORE UPDATE ON logbook_{table} FOR EACH ROW EXECUTE FUNCTION {change}();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
CREATE TRIGGER record_refuses_removal AFTER DELETE ON logbook_{table} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION {removal}();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_removal;
"""
    for table, (change, removal) in GUARDED.items()
)
GUARDS += """CREATE TRIGGER record_refuses_deletion BEFORE DELETE ON logbook_entry FOR EACH STATEMENT EXECUTE FUNCTION entries_go_by_purge();
ALTER TABLE logbook_entry ENABLE ALWAYS TRIGGER record_refuses_deletion;
"""
# A guard that looks at all rows of a DELETE together is one too.
KEPT = """
CREATE OR REPLACE FUNCTION record_kept_tables() RETURNS SETOF regclass LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT record_history_tables() UNION
    SELECT t.tgrelid::regclass FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled = 'A'
      AND (t.tgtype::int & 2 <> 0 OR t.tgoldtable IS NOT NULL) AND t.tgtype::int & 8 <> 0
$$;
"""

# The last step is on the disk before anything else happens; the others need not be when the next one begins. A purge that was cut off goes on.
STEP = """
CREATE OR REPLACE FUNCTION record_pointed_at(p_ids bigint[], p_book bigint, p_last bigint) RETURNS bigint[] LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    asked text;
    found bigint[];
BEGIN
    -- A table of no size has no rows: most of those that could point at an entry never do, and planning each costs more than asking it.
    SELECT string_agg(format('SELECT %I AS id FROM %s WHERE %I = ANY ($1)%s', a.attname, c.conrelid::regclass, a.attname,
        CASE WHEN c.conrelid = 'logbook_entry'::regclass THEN ' AND NOT (book_id = $2 AND number <= $3)' ELSE '' END), ' UNION ALL ')
    INTO asked FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'logbook_entry'::regclass AND pg_relation_size(c.conrelid) > 0;
    EXECUTE 'SELECT COALESCE(array_agg(DISTINCT id), ''{}'') FROM (' || asked || ') AS pointed' INTO found USING p_ids, p_book, p_last;
    RETURN found;
END $$;

-- Entries that the caller has locked and that nothing points at, and values of theirs.
CREATE FUNCTION record_entries_go(p_ids bigint[], p_values bigint[]) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    asked boolean;
    gone bigint;
BEGIN
    -- What points at them was asked of all foreign keys at once, and nobody can begin to since: asking each key for each row once more takes
    -- most of a purge. So only where the server lets the owner, for the keys known here, and where each statement sees what was committed
    -- before it. The guards look in every case.
    asked := has_parameter_privilege('session_replication_role', 'SET') AND current_setting('session_replication_role') = 'origin'
        AND current_setting('transaction_isolation') = 'read committed' AND NOT EXISTS (
            SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attname = 'id' WHERE c.contype = 'f'
            AND (c.confrelid = 'logbook_entry'::regclass AND c.confkey <> ARRAY[a.attnum]
                 OR c.confrelid = 'logbook_personalvalue'::regclass AND c.conrelid <> 'logbook_searchname'::regclass));
    IF asked THEN
        PERFORM set_config('session_replication_role', 'replica', true);
    END IF;
    DELETE FROM logbook_personalvalue WHERE id = ANY (p_values);
    DELETE FROM logbook_entry WHERE id = ANY (p_ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF asked THEN
        PERFORM set_config('session_replication_role', 'origin', true);
    END IF;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION record_entries_go(bigint[], bigint[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION record_purge_step(p_purge bigint, p_portion int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
    IF step.last_number < (SELECT last_number FROM logbook_purge WHERE id = p_purge) THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    -- Who points at one of them waits from here on, or has written already and is seen below.
    SELECT array_agg(id) INTO ids FROM (SELECT id FROM logbook_entry WHERE book_id = step.book_id
        AND number BETWEEN step.first_number AND step.last_number ORDER BY number FOR UPDATE) AS locked;
    DELETE FROM logbook_followup WHERE root_id = ANY (ids);
    DELETE FROM logbook_searchname WHERE value_id = ANY (step.value_ids);
    DELETE FROM logbook_entrytext WHERE entry_id = ANY (ids);
    DELETE FROM logbook_searchtext WHERE entry_id = ANY (ids);
    DELETE FROM logbook_sealedtext WHERE entry_id = ANY (ids);
    pointed := record_pointed_at(ids, step.book_id, step.last_number);
    IF pointed <> '{}' THEN
        UPDATE logbook_entry SET leaf = '', previous = NULL, digest = NULL, secret = NULL, author_id = NULL, entered_by_id = NULL, act = 'act',
            code = 'purged', kind = '', kind_version = NULL, occurred_at = recorded_at, late = false, source = '', place = '', urgency = '',
            handler = '', due_at = NULL, reason = '', refers_to_id = NULL, root_id = NULL, follow_state = '', waiting_for = '',
            waiting_until = NULL, next_step = '', severity = '', result = '', original_recorded_at = NULL, fields = '{}', personal = '{}',
            key = NULL, request_digest = '' WHERE id = ANY (pointed);
    END IF;
    PERFORM record_entries_go(ARRAY(SELECT unnest(ids) EXCEPT SELECT unnest(pointed)), step.value_ids);
    RETURN cardinality(ids);
END $$;

CREATE OR REPLACE FUNCTION record_purge_stubs(p_purge bigint, p_after bigint, p_portion int, OUT reached bigint, OUT gone int)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    run logbook_purge;
    ids bigint[];
BEGIN
    SELECT * INTO STRICT run FROM logbook_purge WHERE id = p_purge;
    SELECT array_agg(id), max(number) INTO ids, reached FROM (
        SELECT id, number FROM logbook_entry WHERE book_id = run.book_id AND number > p_after AND number <= run.last_number AND code = 'purged'
        ORDER BY number LIMIT p_portion FOR UPDATE) AS stubs;
    gone := 0;
    IF ids IS NOT NULL THEN
        gone := record_entries_go(ARRAY(SELECT unnest(ids) EXCEPT SELECT unnest(record_pointed_at(ids, run.book_id, 0))), '{}');
    END IF;
END $$;
"""

UNDO = (
    _function(_steps.STEP, "record_pointed_at")
    + _function(_steps.STEP, "record_purge_step")
    + _function(_steps.STEP, "record_purge_stubs")
    + "DROP FUNCTION record_entries_go(bigint[], bigint[]);"
    + _kept.GUARD[_kept.GUARD.index("CREATE FUNCTION record_kept_tables") : _kept.GUARD.index("-- Called after")].replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )
    + "DROP TRIGGER search_texts_go ON logbook_entrytext; DROP FUNCTION search_texts_go(); DROP TRIGGER search_text_goes ON logbook_entrytext;"
    + _words.GOES_WITH_THE_TEXT[_words.GOES_WITH_THE_TEXT.index("CREATE TRIGGER") :]
    + "DROP TRIGGER record_refuses_deletion ON logbook_entry;"
    + "".join(
        f"""DROP TRIGGER record_refuses_removal ON logbook_{table};
DROP FUNCTION {removal}();
DROP TRIGGER record_refuses_change ON logbook_{table};
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table} FOR EACH ROW EXECUTE FUNCTION {change}();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
        for table, (change, removal) in GUARDED.items()
    )
    + _function(_steps.GUARDS, "entry_goes_by_purge")
    + _function(_rules.PURGE, "purge_begins")
    + _function(_rules.STOP, "record_purge_stop")
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0026_search_reaches_further")]
    operations = [migrations.RunSQL(STOP + BEGINS + GUARDS + KEPT + STEP, UNDO)]
