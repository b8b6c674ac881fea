"""The record's clock, the installation's name, and what the database holds of memberships and people."""

import secrets

from django.db import migrations

CLOCK = """
CREATE OR REPLACE FUNCTION record_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
SET search_path = pg_catalog AS $$ SELECT clock_timestamp() $$;
"""

RULES = """
CREATE FUNCTION membership_is_never_rewritten() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A membership is ended, never deleted (I9).';
    END IF;
    IF (OLD.person_id, OLD.site_id, OLD.role, OLD.starts_at) IS DISTINCT FROM
       (NEW.person_id, NEW.site_id, NEW.role, NEW.starts_at) OR OLD.desk_id IS DISTINCT FROM NEW.desk_id THEN
        RAISE EXCEPTION 'A membership is never rewritten: end it and begin another (I9).';
    END IF;
    IF OLD.ends_at IS NOT NULL AND OLD.ends_at <= record_clock() AND NEW.ends_at IS DISTINCT FROM OLD.ends_at THEN
        RAISE EXCEPTION 'A membership that has ended stays as it was (I9).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER membership_is_never_rewritten BEFORE UPDATE OR DELETE ON desks_membership
    FOR EACH ROW EXECUTE FUNCTION membership_is_never_rewritten();
ALTER TABLE desks_membership ENABLE ALWAYS TRIGGER membership_is_never_rewritten;

CREATE FUNCTION person_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A person is ended, never deleted: the record names them (I1).';
    END IF;
    IF NEW.ref <> OLD.ref THEN
        RAISE EXCEPTION 'What the record commits to as its author never changes (I1).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER person_stays BEFORE UPDATE OR DELETE ON desks_person FOR EACH ROW EXECUTE FUNCTION person_stays();
ALTER TABLE desks_person ENABLE ALWAYS TRIGGER person_stays;
"""

UNDO = """
DROP TRIGGER person_stays ON desks_person; DROP FUNCTION person_stays();
DROP TRIGGER membership_is_never_rewritten ON desks_membership; DROP FUNCTION membership_is_never_rewritten();
DROP FUNCTION record_clock();
"""


def name_installation(apps, schema_editor) -> None:
    """Once for each installation: what makes the origins of its books unique in the world."""
    Installation = apps.get_model("desks", "Installation")
    if not Installation.objects.exists():
        Installation.objects.create(name=f"dd-{secrets.token_hex(6)}")


class Migration(migrations.Migration):
    dependencies = [("desks", "0001_initial")]
    operations = [
        migrations.RunSQL(CLOCK + RULES, UNDO),
        migrations.RunPython(name_installation, migrations.RunPython.noop),
    ]
