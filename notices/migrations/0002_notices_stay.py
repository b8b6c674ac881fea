"""What was told, and when it was read, is never changed nor taken away, by nobody (I1, I7)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION what_was_told_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'What was told, and when it was read, stays as it was (I7).';
END $$;
CREATE TRIGGER what_was_told_stays BEFORE UPDATE OR DELETE ON notices_notice
    FOR EACH STATEMENT EXECUTE FUNCTION what_was_told_stays();
ALTER TABLE notices_notice ENABLE ALWAYS TRIGGER what_was_told_stays;
CREATE TRIGGER what_was_told_stays BEFORE UPDATE OR DELETE ON notices_noticereading
    FOR EACH STATEMENT EXECUTE FUNCTION what_was_told_stays();
ALTER TABLE notices_noticereading ENABLE ALWAYS TRIGGER what_was_told_stays;
"""

UNDO = """
DROP TRIGGER what_was_told_stays ON notices_noticereading;
DROP TRIGGER what_was_told_stays ON notices_notice;
DROP FUNCTION what_was_told_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
