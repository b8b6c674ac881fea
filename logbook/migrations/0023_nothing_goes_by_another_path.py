"""Histories are not rewritten, and no table that is kept is emptied: nothing younger goes by any path (A19, I1, I12; docs/record.md).

A row of a history whose date could be changed could be made old, and then removed. Emptying a table fires no guard of its
rows: TRUNCATE of the legal holds would have lifted all of them.
"""

from importlib import import_module

from django.db import migrations

_before = import_module("logbook.migrations.0020_purge_steps")

GUARD = """
CREATE OR REPLACE FUNCTION history_goes_by_age() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.history_date < record_history_expired_before() THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table % is a history and part of the record: nothing in it is changed, or removed before its time, or while a hold lies (I12).',
        TG_TABLE_NAME;
END $$;

-- What is kept: histories, and whatever has a guard that is asked before a row goes and that no session switches off.
CREATE FUNCTION record_kept_tables() RETURNS SETOF regclass LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT record_history_tables() UNION
    SELECT t.tgrelid::regclass FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled = 'A'
      AND t.tgtype::int & 2 <> 0 AND t.tgtype::int & 8 <> 0
$$;

-- Called after every migrate: also what a later floor brings gets its guards.
CREATE FUNCTION record_guard_tables() RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    each regclass;
    made int := 0;
BEGIN
    FOR each IN SELECT t FROM record_history_tables() AS t
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t AND tgname = 'history_goes_by_age') LOOP
        EXECUTE format('CREATE TRIGGER history_goes_by_age BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION history_goes_by_age()', each);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER history_goes_by_age', each);
        made := made + 1;
    END LOOP;
    FOR each IN SELECT t FROM record_kept_tables() AS t
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t AND tgname = 'record_refuses_emptying') LOOP
        EXECUTE format('CREATE TRIGGER record_refuses_emptying BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_emptying()', each);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER record_refuses_emptying', each);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION record_guard_tables() FROM PUBLIC;

DROP FUNCTION record_guard_histories();
DO $$ DECLARE each regclass; BEGIN
    FOR each IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'history_goes_by_age' LOOP
        EXECUTE format('DROP TRIGGER history_goes_by_age ON %s', each);
    END LOOP;
END $$;
SELECT record_guard_tables();
"""


def _function(words: str, name: str) -> str:
    """A function as migration 0020 has made it, to put back."""
    begin = words.index(f"CREATE FUNCTION {name}()")
    return words[begin : words.index("END $$;", begin)].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + "END $$;\n"


UNDO = (
    f"""DO $$ DECLARE each regclass; BEGIN
    FOR each IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'history_goes_by_age' LOOP
        EXECUTE format('DROP TRIGGER history_goes_by_age ON %s', each);
    END LOOP;
    FOR each IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'record_refuses_emptying'
        AND tgrelid::regclass::text <> ALL (ARRAY{[f"logbook_{table}" for table in _before.NEVER_EMPTIED]}) LOOP
        EXECUTE format('DROP TRIGGER record_refuses_emptying ON %s', each);
    END LOOP;
END $$;
DROP FUNCTION record_guard_tables(); DROP FUNCTION record_kept_tables();
"""
    + _function(_before.OTHERS, "history_goes_by_age")
    + _function(_before.OTHERS, "record_guard_histories")
    + "REVOKE ALL ON FUNCTION record_guard_histories() FROM PUBLIC; SELECT record_guard_histories();"
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0022_lists_in_the_background")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
