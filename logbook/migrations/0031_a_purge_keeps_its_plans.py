"""A purge keeps the plans of its steps, and plans what it asks of all foreign keys once for all numbers (A19, I12; docs/decisions/0045).

Whoever sets `session_replication_role` throws away every plan of the session: done twice within each step, planning them anew was a third
of a purge. So the run may set it once for all of its steps; each of them looks whether that may be. What points at entries is asked with the
keys as a value that comes later: with a thousand of them written into the question, planning took longer than asking.
"""

from importlib import import_module

from django.db import migrations

GO = """
CREATE FUNCTION record_keys_known() RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    -- Nothing points at what a step removes but by keys that it has asked itself, and each statement sees what was committed before it.
    SELECT has_parameter_privilege('session_replication_role', 'SET') AND current_setting('transaction_isolation') = 'read committed'
        AND NOT EXISTS (
            SELECT FROM pg_constraint c LEFT JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attname = 'id' WHERE c.contype = 'f'
            AND (c.confrelid = 'logbook_entry'::regclass AND c.confkey <> ARRAY[a.attnum]
                 OR c.confrelid = 'logbook_personalvalue'::regclass AND c.conrelid <> 'logbook_searchname'::regclass
                 OR c.confrelid IN ('logbook_followup'::regclass, 'logbook_entrytext'::regclass, 'logbook_searchtext'::regclass,
                    'logbook_searchname'::regclass, 'logbook_sealedtext'::regclass)))
$$;

CREATE OR REPLACE FUNCTION record_entries_go(p_ids bigint[], p_values bigint[]) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    was CONSTANT text := current_setting('session_replication_role');
    now CONSTANT text := CASE WHEN was = 'local' THEN was WHEN record_keys_known() THEN 'replica' ELSE 'origin' END;
    gone bigint;
BEGIN
    -- What points at them was asked of all foreign keys at once, and nobody can begin to since: asking each key for each row once more takes
    -- most of a purge. Where another key than those known could point at something, each is asked, whatever the session says. The guards
    -- look in every case.
    IF now <> was THEN
        PERFORM set_config('session_replication_role', now, true);
    END IF;
    DELETE FROM logbook_personalvalue WHERE id = ANY (p_values);
    DELETE FROM logbook_entry WHERE id = ANY (p_ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF now <> was THEN
        PERFORM set_config('session_replication_role', was, true);
    END IF;
    RETURN gone;
END $$;
"""

_before = import_module("logbook.migrations.0027_purge_by_sets")
POINTED = _before._function(_before.STEP, "record_pointed_at")
_WRITTEN, _LATER = "WHERE %I = ANY ($1)%s", "WHERE %I = ANY ((SELECT $1)::bigint[])%s"

UNDO = POINTED + _before._function(_before.STEP, "record_entries_go") + "DROP FUNCTION record_keys_known();"


class Migration(migrations.Migration):
    dependencies = [("logbook", "0030_indexes_that_others_cover")]
    operations = [migrations.RunSQL(GO + POINTED.replace(_WRITTEN, _LATER), UNDO)]
