"""The period of the record, archives, and who may purge what: rules held by the database (A19, I12; docs/record.md).

Nothing of the record goes but by a step of a purge; the step's own trigger checks everything, whoever inserts it: people,
archive, age, holds, open matters, order. Only the owner may write steps. Migration 0020 lets go what a step covers.
"""

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

UNDO = (
    """DO $$ BEGIN
    IF EXISTS (SELECT FROM logbook_purge) THEN
        RAISE EXCEPTION 'Entries are purged: what says so is part of the record and stays (I12).';
    END IF;
END $$;
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
    operations = [migrations.RunSQL(STAYS + RETENTION + ARCHIVE + STOP + PURGE, UNDO)]
