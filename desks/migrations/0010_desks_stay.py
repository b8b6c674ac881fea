"""A desk stays at its site: whoever could move it would take its record from under the site's holds and periods (I11, I12)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION desk_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'A desk stays at its site: its record, the holds on it and its periods belong there (I12).';
END $$;
CREATE TRIGGER desk_stays BEFORE UPDATE ON desks_desk FOR EACH ROW WHEN (OLD.site_id IS DISTINCT FROM NEW.site_id) EXECUTE FUNCTION desk_stays();
ALTER TABLE desks_desk ENABLE ALWAYS TRIGGER desk_stays;
"""
UNDO = "DROP TRIGGER desk_stays ON desks_desk; DROP FUNCTION desk_stays();"


class Migration(migrations.Migration):
    dependencies = [("desks", "0009_promised_every_year")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
