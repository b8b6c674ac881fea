"""Erasing by rule and veiling by two people: functions and guards of the database (I1, I8, I12; docs/record.md).

The application's role may delete nothing. It may call functions of the owner's that check the rule themselves, write
what they did as an entry of the same book, and then remove the value or move the text.
"""

from django.db import migrations

INSERT_ONLY = [
    "personalperiod", "legalhold", "legalholdlift", "erasedvalue", "erasurerun", "veilrequest", "veildeclined", "veil", "sealedtext",
]
STAYS = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in INSERT_ONLY
)

PERIODS = """
CREATE FUNCTION personal_period_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.set_at := record_clock();
    NEW.takes_effect_at := NEW.set_at + interval '1 day';
    RETURN NEW;
END $$;
CREATE TRIGGER personal_period_begins BEFORE INSERT ON logbook_personalperiod FOR EACH ROW
    EXECUTE FUNCTION personal_period_begins();
ALTER TABLE logbook_personalperiod ENABLE ALWAYS TRIGGER personal_period_begins;

CREATE FUNCTION record_personal_days(p_site bigint, p_name text) RETURNS int LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT COALESCE((SELECT days FROM logbook_personalperiod WHERE site_id = p_site AND name = p_name
                     AND takes_effect_at <= record_clock() ORDER BY takes_effect_at DESC, id DESC LIMIT 1), 180)
$$;
"""

HELD = """
CREATE FUNCTION record_held(p_entry bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM logbook_entry e
        JOIN logbook_book b ON b.id = e.book_id JOIN desks_site s ON s.id = b.site_id
        JOIN desks_desk d ON d.site_id = s.id JOIN logbook_legalhold h ON h.desk_id = d.id
        LEFT JOIN logbook_entry held ON held.id = h.entry_id
        WHERE e.id = p_entry AND NOT EXISTS (SELECT FROM logbook_legalholdlift l WHERE l.hold_id = h.id)
        AND CASE h.scope
            WHEN 'desk' THEN b.desk_id = h.desk_id
            WHEN 'month' THEN b.desk_id = h.desk_id AND h.month IN (
                date_trunc('month', e.recorded_at AT TIME ZONE s.timezone)::date,
                date_trunc('month', e.occurred_at AT TIME ZONE s.timezone)::date)
            WHEN 'thread' THEN COALESCE(e.root_id, e.id) = COALESCE(held.root_id, held.id)
            WHEN 'customer' THEN COALESCE(e.root_id, e.id) = COALESCE(held.root_id, held.id) OR EXISTS (
                SELECT FROM logbook_entry mine CROSS JOIN LATERAL jsonb_each_text(mine.personal) AS m
                JOIN logbook_personalvalue mv ON mv.id = m.value::bigint
                JOIN logbook_personalvalue hv ON hv.name = mv.name AND hv.value = mv.value
                WHERE (mine.id = COALESCE(e.root_id, e.id) OR mine.root_id = COALESCE(e.root_id, e.id))
                AND hv.id IN (SELECT h2.value::bigint FROM jsonb_each_text(held.personal) AS h2))
            ELSE true END)
$$;
"""

NOTE = """
CREATE FUNCTION record_note(p_book bigint, p_author bigint, p_code text, p_audience text, p_refers bigint, p_root bigint,
    p_fields jsonb) RETURNS bigint LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO logbook_entry (book_id, number, leaf, author_id, act, code, kind, audience, occurred_at, late, source, place,
        urgency, handler, reason, refers_to_id, root_id, follow_state, waiting_for, next_step, severity, result, fields,
        personal, request_digest)
    VALUES (p_book, 0, '', p_author, 'act', p_code, '', p_audience, record_clock(), false, '', '', '', '', '', p_refers, p_root,
        '', '', '', '', '', p_fields, '{}', '') RETURNING id
$$;
"""

DUE = """SELECT v.id, e.number FROM logbook_entry e
        JOIN logbook_personalvalue v ON v.id = (e.personal ->> p_name)::bigint
        LEFT JOIN logbook_followup f ON f.root_id = COALESCE(e.root_id, e.id)
        WHERE e.book_id = p_book AND %s AND NOT e.personal = '{}'::jsonb
        AND v.name = p_name AND v.book_id = p_book AND e.recorded_at <= until
        AND (f.root_id IS NULL OR (f.state IN ('closed', 'retracted') AND f.changed_at <= until))
        AND (NOT holds OR NOT record_held(e.id)) ORDER BY e.number LIMIT 500"""

ERASE = """
CREATE FUNCTION record_erase_personal(p_book bigint, p_name text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    days int;
    until timestamptz;
    holds boolean;
    ids bigint[];
    numbers bigint[];
    erased int;
    note bigint;
BEGIN
    -- Looked for without a lock, so that nobody who writes waits for the look; judged once more under the book's own.
    SELECT record_personal_days(site_id, p_name) INTO STRICT days FROM logbook_book WHERE id = p_book;
    until := record_clock() - make_interval(days => days);
    SELECT EXISTS (SELECT FROM logbook_legalhold h JOIN desks_desk d ON d.id = h.desk_id
        WHERE d.site_id = (SELECT site_id FROM logbook_book WHERE id = p_book)
        AND NOT EXISTS (SELECT FROM logbook_legalholdlift l WHERE l.hold_id = h.id)) INTO holds;
    SELECT array_agg(due.number) INTO numbers FROM (
        """ + DUE % "true" + """) AS due;
    IF numbers IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(1685419129, p_book::int);
    SELECT EXISTS (SELECT FROM logbook_legalhold h JOIN desks_desk d ON d.id = h.desk_id
        WHERE d.site_id = (SELECT site_id FROM logbook_book WHERE id = p_book)
        AND NOT EXISTS (SELECT FROM logbook_legalholdlift l WHERE l.hold_id = h.id)) INTO holds;
    SELECT array_agg(id ORDER BY number), array_agg(number ORDER BY number) INTO ids, numbers FROM (
        """ + DUE % "e.number = ANY (numbers)" + """) AS due;
    erased := COALESCE(cardinality(ids), 0);
    IF erased = 0 THEN
        RETURN 0;
    END IF;
    note := record_note(p_book, NULL, 'personal_erased_' || p_name, 'staff', NULL, NULL, jsonb_build_object(
        'value_name', p_name, 'count', erased::text, 'first', numbers[1]::text, 'last', numbers[erased]::text, 'days', days::text,
        'erased_digest', encode(sha256(convert_to(
            (SELECT string_agg(n || ' ' || p_name || E'\\n', '' ORDER BY n) FROM unnest(numbers) AS n), 'UTF8')), 'hex')));
    INSERT INTO logbook_erasedvalue (value_id, book_id, number, name, note_id)
        SELECT gone.id, p_book, gone.number, p_name, note FROM unnest(ids, numbers) AS gone (id, number);
    DELETE FROM logbook_personalvalue WHERE id = ANY (ids);
    RETURN erased;
END $$;

DROP TRIGGER record_refuses_change ON logbook_personalvalue;
CREATE FUNCTION personal_value_goes_by_rule() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM logbook_erasedvalue WHERE value_id = OLD.id AND book_id = OLD.book_id
                                    AND name = OLD.name) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table logbook_personalvalue is part of the record: a value goes by the rule alone, and an entry says so (I1).';
END $$;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_personalvalue FOR EACH ROW
    EXECUTE FUNCTION personal_value_goes_by_rule();
ALTER TABLE logbook_personalvalue ENABLE ALWAYS TRIGGER record_refuses_change;
"""

VEIL = """
CREATE FUNCTION record_holds_role(p_person bigint, p_book bigint, p_roles text[], p_right text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM desks_person WHERE id = p_person AND ended_at IS NULL) AND (
        EXISTS (SELECT FROM desks_membership m JOIN logbook_book b ON b.site_id = m.site_id WHERE b.id = p_book
                AND m.person_id = p_person AND m.role = ANY (p_roles) AND (m.desk_id IS NULL OR m.desk_id = b.desk_id)
                AND m.starts_at <= record_clock() AND (m.ends_at IS NULL OR m.ends_at > record_clock()))
        OR EXISTS (SELECT FROM desks_actingsupervisor a JOIN logbook_book b ON b.site_id = a.site_id WHERE b.id = p_book
                AND a.person_id = p_person AND p_right = ANY (a.rights)
                AND a.starts_at <= record_clock() AND a.ends_at > record_clock()))
$$;

CREATE FUNCTION record_veil(p_request bigint, p_confirmer bigint, p_method text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked logbook_veilrequest;
    entry logbook_entry;
    note bigint;
BEGIN
    SELECT * INTO STRICT asked FROM logbook_veilrequest WHERE id = p_request;
    SELECT * INTO STRICT entry FROM logbook_entry WHERE id = asked.entry_id;
    PERFORM pg_advisory_xact_lock(1685419129, entry.book_id::int);
    IF asked.asked_by_id = p_confirmer THEN
        RAISE EXCEPTION 'Two people veil a text, never one (I1).';
    END IF;
    IF NOT record_holds_role(asked.asked_by_id, entry.book_id, ARRAY['agent', 'butler', 'supervisor'], 'log.confirm_veil')
       OR NOT record_holds_role(p_confirmer, entry.book_id, ARRAY['supervisor'], 'log.confirm_veil') THEN
        RAISE EXCEPTION 'Somebody of the desk asks to veil a text, and a supervisor confirms (I1).';
    END IF;
    IF EXISTS (SELECT FROM logbook_veildeclined WHERE request_id = p_request) THEN
        RAISE EXCEPTION 'This request to veil was declined (I1).';
    END IF;
    IF record_held(entry.id) THEN
        RAISE EXCEPTION 'Nothing under a legal hold is veiled (I12).';
    END IF;
    IF NOT EXISTS (SELECT FROM logbook_entrytext WHERE entry_id = entry.id) THEN
        RAISE EXCEPTION 'This entry has no text to veil (I1).';
    END IF;
    note := record_note(entry.book_id, p_confirmer, 'text_veiled', entry.audience, entry.id, COALESCE(entry.root_id, entry.id),
        jsonb_build_object('number', entry.number::text, 'why', asked.reason, 'method', p_method, 'asked_method', asked.method,
            'asked_by', (SELECT name FROM desks_person WHERE id = asked.asked_by_id),
            'asked_ref', (SELECT ref FROM desks_person WHERE id = asked.asked_by_id),
            'confirmed_by', (SELECT name FROM desks_person WHERE id = p_confirmer)));
    INSERT INTO logbook_veil (entry_id, request_id, asked_by_id, confirmed_by_id, note_id)
        VALUES (entry.id, p_request, asked.asked_by_id, p_confirmer, note);
    INSERT INTO logbook_sealedtext (entry_id, text, salt) SELECT entry_id, text, salt FROM logbook_entrytext WHERE entry_id = entry.id;
    DELETE FROM logbook_entrytext WHERE entry_id = entry.id;
    RETURN note;
END $$;

DROP TRIGGER record_refuses_change ON logbook_entrytext;
CREATE FUNCTION entry_text_goes_under_a_veil() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM logbook_veil v JOIN logbook_sealedtext s ON s.entry_id = v.entry_id
                                    WHERE v.entry_id = OLD.entry_id AND s.text = OLD.text AND s.salt = OLD.salt) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Table logbook_entrytext is part of the record: a text goes under a veil or stays as it is (I1).';
END $$;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_entrytext FOR EACH ROW
    EXECUTE FUNCTION entry_text_goes_under_a_veil();
ALTER TABLE logbook_entrytext ENABLE ALWAYS TRIGGER record_refuses_change;

CREATE FUNCTION record_read_sealed(p_entry bigint, p_reader bigint, p_session text, p_why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry logbook_entry;
BEGIN
    SELECT * INTO STRICT entry FROM logbook_entry WHERE id = p_entry;
    IF NOT record_holds_role(p_reader, entry.book_id, ARRAY['auditor'], '') THEN
        RAISE EXCEPTION 'Only an auditor of the site reads what is veiled (I8).';
    END IF;
    INSERT INTO logbook_accessrecord (person_id, desk_id, at, session, page, filters, filter_digest, kind, from_number, to_number, count)
        SELECT p_reader, desk_id, record_clock(), p_session, 'sealed', jsonb_build_object('entry', entry.number::text, 'why', p_why),
            encode(sha256(convert_to(entry.number || ' ' || p_why, 'UTF8')), 'hex'), 'unseal', entry.number, entry.number, 1
        FROM logbook_book WHERE id = entry.book_id;
    RETURN (SELECT text FROM logbook_sealedtext WHERE entry_id = p_entry);
END $$;

CREATE FUNCTION record_sealed_commitment(p_entry bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT record_commitment(salt, 'text', text) FROM logbook_sealedtext WHERE entry_id = p_entry
$$;
"""

UNDO = (
    """DO $$ BEGIN
    IF EXISTS (SELECT FROM logbook_sealedtext) OR EXISTS (SELECT FROM logbook_erasedvalue) THEN
        RAISE EXCEPTION 'Texts are veiled or values erased: what says so is part of the record and stays (I1).';
    END IF;
END $$;
DROP FUNCTION record_sealed_commitment(bigint); DROP FUNCTION record_read_sealed(bigint, bigint, text, text);
DROP TRIGGER record_refuses_change ON logbook_entrytext; DROP FUNCTION entry_text_goes_under_a_veil();
DROP FUNCTION record_veil(bigint, bigint, text); DROP FUNCTION record_holds_role(bigint, bigint, text[], text);
DROP TRIGGER record_refuses_change ON logbook_personalvalue; DROP FUNCTION personal_value_goes_by_rule();
DROP FUNCTION record_erase_personal(bigint, text);
DROP FUNCTION record_note(bigint, bigint, text, text, bigint, bigint, jsonb); DROP FUNCTION record_held(bigint);
DROP TRIGGER personal_period_begins ON logbook_personalperiod; DROP FUNCTION record_personal_days(bigint, text);
DROP FUNCTION personal_period_begins();
"""
    + "".join(f"DROP TRIGGER record_refuses_change ON logbook_{table};" for table in INSERT_ONLY)
    + "".join(
        f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
        for table in ("personalvalue", "entrytext")
    )
)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0012_keeping_personal_values")]
    operations = [migrations.RunSQL(STAYS + PERIODS + HELD + NOTE + ERASE + VEIL, UNDO)]
