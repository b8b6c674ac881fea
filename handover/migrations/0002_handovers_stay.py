"""What the database holds of a handover: its states, both signatures over one content, nothing changed afterwards (I3, I4)."""

from django.db import migrations

HANDOVER = """
CREATE FUNCTION handover_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A handover is never taken away (I1).';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'preparing' THEN
            RAISE EXCEPTION 'A handover begins in preparation (I4).';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('completed', 'upheld', 'cancelled') THEN
        RAISE EXCEPTION 'A handover that is over stays as it was (I4).';
    END IF;
    IF (NEW.ref, NEW.desk_id, NEW.mode, NEW.started_at) IS DISTINCT FROM (OLD.ref, OLD.desk_id, OLD.mode, OLD.started_at) THEN
        RAISE EXCEPTION 'A handover keeps its desk, its mode and its beginning (I4).';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        OLD.state IN ('preparing', 'signed_out') AND NEW.state IN ('preparing', 'signed_out', 'suspended', 'refused', 'completed', 'cancelled')
        OR OLD.state = 'suspended' AND NEW.state IN ('preparing', 'cancelled')
        OR OLD.state = 'refused' AND NEW.state IN ('preparing', 'upheld', 'cancelled')) THEN
        RAISE EXCEPTION 'A handover does not go from % to % (I4).', OLD.state, NEW.state;
    END IF;
    IF NEW.state = 'signed_out' AND OLD.state <> 'signed_out' AND NOT EXISTS (
        SELECT FROM handover_signature WHERE handover_id = NEW.id AND role = 'outgoing' AND person_id = NEW.outgoing_id) THEN
        RAISE EXCEPTION 'The outgoing has not signed (A29).';
    END IF;
    IF NEW.state = 'completed' THEN
        IF NEW.mode IN ('face', 'closing') AND NOT EXISTS (
            SELECT FROM handover_signature WHERE handover_id = NEW.id AND role = 'outgoing'
               AND person_id = NEW.outgoing_id AND digest = NEW.digest) THEN
            RAISE EXCEPTION 'The outgoing has not signed this content (A29, I4).';
        END IF;
        IF NEW.mode IN ('face', 'opening') AND NOT EXISTS (
            SELECT FROM handover_signature WHERE handover_id = NEW.id AND role = 'incoming'
               AND person_id = NEW.incoming_id AND digest = NEW.digest) THEN
            RAISE EXCEPTION 'The incoming has not signed this content (A29, I4).';
        END IF;
        SELECT e.fields INTO said FROM logbook_entry e JOIN logbook_book b ON b.id = e.book_id
            WHERE e.id = NEW.entry_id AND b.desk_id = NEW.desk_id;
        IF said IS NULL OR said ->> 'digest' IS DISTINCT FROM NEW.digest OR said ->> 'handover' IS DISTINCT FROM NEW.ref::text THEN
            RAISE EXCEPTION 'The completing entry of the desk names another handover or content (I4).';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER handover_moves BEFORE INSERT OR UPDATE OR DELETE ON handover_handover
    FOR EACH ROW EXECUTE FUNCTION handover_moves();
ALTER TABLE handover_handover ENABLE ALWAYS TRIGGER handover_moves;
"""

LINES = """
CREATE FUNCTION handover_lines_stay() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    present text;
BEGIN
    -- FOR SHARE waits for an act that holds the handover, and then reads what that act has made of it.
    SELECT state INTO present FROM handover_handover
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.handover_id ELSE NEW.handover_id END FOR SHARE;
    IF present IN ('completed', 'upheld', 'cancelled') OR (TG_OP = 'UPDATE' AND NEW.handover_id <> OLD.handover_id) THEN
        RAISE EXCEPTION 'The steps of a handover that is over stay as they were (I4).';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
STEPS = ["matter", "countline", "checkline", "colleague", "question"]
LINES += "".join(
    f"""CREATE TRIGGER handover_lines_stay BEFORE INSERT OR UPDATE OR DELETE ON handover_handover{step}
    FOR EACH ROW EXECUTE FUNCTION handover_lines_stay();
ALTER TABLE handover_handover{step} ENABLE ALWAYS TRIGGER handover_lines_stay;
"""
    for step in STEPS
)

SIGNATURE = """
CREATE FUNCTION signature_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    row handover_handover;
BEGIN
    SELECT * INTO row FROM handover_handover WHERE id = NEW.handover_id FOR SHARE;
    IF row.state NOT IN ('preparing', 'signed_out') THEN
        RAISE EXCEPTION 'This handover is not open for signing (I4).';
    END IF;
    IF NEW.person_id IS DISTINCT FROM (CASE NEW.role WHEN 'outgoing' THEN row.outgoing_id ELSE row.incoming_id END) THEN
        RAISE EXCEPTION 'Each signs for themselves (A29).';
    END IF;
    IF (row.mode, NEW.role, NEW.meaning) NOT IN (('face', 'outgoing', 'hands_over'), ('face', 'incoming', 'takes_over'),
        ('closing', 'outgoing', 'closes'), ('opening', 'incoming', 'opens')) THEN
        RAISE EXCEPTION 'This signature does not fit the kind of handover (A29).';
    END IF;
    IF NEW.digest <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')
       OR split_part(NEW.content, E'\\n', 1) <> 'duty-desk-handover/1'
       OR split_part(NEW.content, E'\\n', 3) <> 'handover ' || row.ref::text THEN
        RAISE EXCEPTION 'A signature stands over the content of its own handover (I4).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_fits BEFORE INSERT ON handover_signature FOR EACH ROW EXECUTE FUNCTION signature_fits();
ALTER TABLE handover_signature ENABLE ALWAYS TRIGGER signature_fits;
"""
KEPT = ["signature", "refusal", "refusaldecision", "namedrelief", "release"]
GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON handover_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE handover_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in KEPT
)

UNDO = (
    "".join(f"DROP TRIGGER record_refuses_change ON handover_{table};" for table in KEPT)
    + "DROP TRIGGER signature_fits ON handover_signature; DROP FUNCTION signature_fits();"
    + "".join(f"DROP TRIGGER handover_lines_stay ON handover_handover{step};" for step in STEPS)
    + "DROP FUNCTION handover_lines_stay();"
    + "DROP TRIGGER handover_moves ON handover_handover; DROP FUNCTION handover_moves();"
)


class Migration(migrations.Migration):
    dependencies = [("handover", "0001_initial"), ("logbook", "0002_record")]
    operations = [migrations.RunSQL(HANDOVER + LINES + SIGNATURE + GUARD, UNDO)]
