"""A text that must not be read is veiled by two people; the record still verifies (A18, I1)."""

from datetime import timedelta

import psycopg2
import pytest
from django.db import Error, connection, transaction
from django.utils import translation

from desks.binding import Confirmation
from desks.models import Membership, Person
from desks.refusal import Refused
from desks.testing import Town, make_person
from logbook import actions, rules
from logbook.models import AccessRecord, Entry, EntryText, SearchText, Veil, VeilRequest
from logbook.panels import veils_waiting
from logbook.queries import open_veil_requests_of
from logbook.reading import veil_words, wording_of
from logbook.tests.independent_verifier import check
from logbook.tests.plain_rows import plain_rows
from logbook.tests.test_attacks import committed  # noqa: F401
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify
from notices.models import Notice

SECRET = "门禁密码 7719"


def signed(person: Person, now) -> Confirmation:
    return Confirmation(person, "pin", now)


def ask(person: Person, entries: list[Entry], now, reason: str = "误写密码") -> VeilRequest:
    return actions.ask_veil(actor=person, confirmed=signed(person, now), entries=entries, reason=reason, now=now)[0]


def confirm(person: Person, request: VeilRequest, now) -> Entry:
    return actions.confirm_veil(actor=person, confirmed=signed(person, now), request=request, now=now)


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    return actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=SECRET, kind="enquiry")


@pytest.mark.clause("A18")
def test_a_request_waits_on_the_page_of_now_for_who_may_answer_it(town: Town, morning, entry: Entry) -> None:
    request = ask(town.agent, [entry], morning)
    (item,) = veils_waiting(town.supervisor, town.site, morning)
    assert item.url.endswith(f"/{entry.number}/#decide_veil") and "误写密码" in item.why and SECRET not in item.why
    for person, site in ((town.agent, town.site), (town.supervisor, town.away.site), (town.away.supervisor, town.site)):
        assert veils_waiting(person, site, morning) == []
    confirm(town.supervisor, request, morning)
    assert veils_waiting(town.supervisor, town.site, morning) == []


@pytest.mark.clause("A3")
@pytest.mark.parametrize("asks", ["agent", "supervisor"])
def test_where_nobody_else_may_confirm_the_project_head_is_told(town: Town, morning, entry: Entry, asks: str) -> None:
    if asks == "agent":
        Membership.objects.filter(person=town.supervisor).update(ends_at=morning)
    ask(getattr(town, asks), [entry], morning)
    notice = Notice.objects.get(matter="veil")
    assert (notice.person, notice.code) == (town.head, "veil_wanted_head")


@pytest.mark.clause("A18")
def test_two_people_veil_a_text_and_the_record_verifies(town: Town, morning, entry: Entry) -> None:
    request = ask(town.agent, [entry], morning)
    assert EntryText.objects.filter(entry=entry).exists() and open_veil_requests_of(town.desk).get() == request
    note = confirm(town.supervisor, request, morning)
    assert not SearchText.objects.filter(search__contains="7719").exists()
    assert (note.code, note.author, note.refers_to, note.root, note.fields["asked_by"]) == ("text_veiled", town.supervisor, entry, entry, town.agent.name)
    assert SECRET not in note.leaf and SECRET not in str(note.fields)
    report = verify()
    assert (report.breaches, report.veiled) == ([], 1)
    book = actions.book_of(town.desk)
    rows = plain_rows(book)
    assert check(rows, book.origin) == [] and rows[entry.number - 1]["gone"]["text"]["by"] == note.number
    told = set(Notice.objects.filter(code__startswith="veil").values_list("person", "code"))
    assert told == {(town.supervisor.pk, "veil_wanted"), (town.agent.pk, "veil_done")}


@pytest.mark.clause("A18")
def test_a_correction_that_quotes_it_is_veiled_as_well(town: Town, morning, entry: Entry) -> None:
    correction = actions.correct_entry(actor=town.agent, entry=entry, now=morning, text=f"{SECRET} 已改", reason="misheard")
    made = actions.ask_veil(actor=town.agent, confirmed=signed(town.agent, morning), entries=[entry, correction], reason="x", now=morning)
    for request in made:
        confirm(town.supervisor, request, morning)
    assert not EntryText.objects.filter(text__contains="7719").exists() and verify().veiled == 2


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({"open_request": True, "same_person": False, "may_confirm": True, "held": False}, True),
        ({"open_request": False, "same_person": False, "may_confirm": True, "held": False}, False),
        ({"open_request": True, "same_person": True, "may_confirm": True, "held": False}, False),
        ({"open_request": True, "same_person": False, "may_confirm": False, "held": False}, False),
        ({"open_request": True, "same_person": False, "may_confirm": True, "held": True}, False),
    ],
)
def test_who_confirms_a_veil(rule: dict, fits: bool) -> None:
    assert (rules.why_not_confirm_veil(**rule) is None) is fits


@pytest.mark.clause("A18")
def test_nobody_veils_alone_or_without_being_a_supervisor(town: Town, morning, entry: Entry) -> None:
    own = ask(town.supervisor, [entry], morning)
    for person in (town.supervisor, town.agent, town.head, town.auditor, town.administrator, town.away.supervisor):
        with pytest.raises(Refused):
            confirm(person, own, morning)
    with pytest.raises(Refused):
        actions.confirm_veil(actor=town.supervisor, confirmed=signed(town.agent, morning), request=own, now=morning)
    for person in (town.auditor, town.head, town.away.agent):
        with pytest.raises(Refused):
            ask(person, [entry], morning)
    assert EntryText.objects.get(entry=entry).text == SECRET


@pytest.mark.clause("A18")
def test_a_request_has_a_reason_is_asked_once_and_can_be_declined(town: Town, morning, entry: Entry) -> None:
    with pytest.raises(Refused):
        ask(town.agent, [entry], morning, reason="")
    request = ask(town.agent, [entry], morning)
    with pytest.raises(Refused):
        ask(town.butler, [entry], morning)
    with pytest.raises(Refused):
        actions.decline_veil(actor=town.agent, request=request, reason="x", now=morning)
    with pytest.raises(Refused):
        actions.decline_veil(actor=town.supervisor, request=request, reason="", now=morning)
    actions.decline_veil(actor=town.supervisor, request=request, reason="不是密码", now=morning)
    for act in (lambda: confirm(town.supervisor, request, morning), lambda: actions.decline_veil(actor=town.supervisor, request=request, reason="x", now=morning)):
        with pytest.raises(Refused):
            act()
    confirm(town.supervisor, ask(town.butler, [entry], morning), morning)
    with pytest.raises(Refused):
        ask(town.agent, [entry], morning)


@pytest.mark.clause("I12")
def test_nothing_under_a_legal_hold_is_veiled(town: Town, morning, entry: Entry) -> None:
    request = ask(town.agent, [entry], morning)
    actions.place_hold(actor=town.supervisor, desk=town.desk, scope="thread", number=entry.number, reason="诉讼", now=morning)
    with pytest.raises(Refused):
        confirm(town.supervisor, request, morning)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT record_veil(%s, %s, 'pin')", [request.pk, town.supervisor.pk])
    assert EntryText.objects.get(entry=entry).text == SECRET and not Veil.objects.exists()


@pytest.mark.clause("I8")
def test_an_auditor_alone_reads_under_the_veil_and_leaves_a_record(town: Town, morning, entry: Entry) -> None:
    confirm(town.supervisor, ask(town.agent, [entry], morning), morning)

    def read(person: Person, why: str = "查核") -> str:
        return actions.read_sealed(actor=person, confirmed=signed(person, morning), entry=entry, session_key="s", why=why, now=morning)

    for person in (town.supervisor, town.agent, town.head, town.administrator, town.away.auditor):
        with pytest.raises(Refused):
            read(person)
    with pytest.raises(Refused):
        read(town.auditor, why="")
    assert read(town.auditor) == SECRET and read(town.auditor) == SECRET
    assert list(AccessRecord.objects.values_list("person", "kind", "from_number", "filters__why")) == [(town.auditor.pk, "unseal", entry.number, "查核")] * 2


@pytest.mark.clause("I2")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM logbook_veil",
        "UPDATE logbook_sealedtext SET text = 'x'",
        "UPDATE logbook_sealedtext SET salt = sha256('x')",
        "DELETE FROM logbook_sealedtext",
        "UPDATE logbook_veil SET note_id = (SELECT id FROM logbook_entry WHERE code = 'veil_asked')",
    ],
)
def test_a_veil_that_was_tampered_with_is_found(town: Town, morning, entry: Entry, as_owner, statement: str) -> None:
    confirm(town.supervisor, ask(town.agent, [entry], morning), morning)
    assert verify().breaches == []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("veil", "sealedtext"):
            cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER record_refuses_change")
        cursor.execute(statement)
        assert cursor.rowcount == 1
    assert [breach.number for breach in verify().breaches] == [entry.number]


@pytest.mark.clause("I1")
def test_the_application_s_login_cannot_veil_by_itself_or_read_what_is_sealed(committed, app_login, morning) -> None:  # noqa: F811
    town, entry = committed

    def row(person: Person) -> str:
        return f"INSERT INTO logbook_veilrequest (entry_id, asked_by_id, asked_at, reason, method) VALUES ({entry.pk}, {person.pk}, now(), 'x', 'pin')"

    veil = "; SELECT record_veil((SELECT max(id) FROM logbook_veilrequest), {}, 'pin')"
    attacks = [
        row(town.supervisor) + veil.format(town.supervisor.pk),
        row(town.agent) + veil.format(town.colleague.pk),
        row(town.agent) + veil.format(town.away.supervisor.pk),
        row(town.agent) + veil.format(town.head.pk),
        row(town.away.agent) + veil.format(town.supervisor.pk),
        row(town.nobody) + veil.format(town.supervisor.pk),
        f"SELECT record_veil(999999, {town.supervisor.pk}, 'pin')",
        f"INSERT INTO logbook_veil SELECT {entry.pk}, {town.agent.pk}, {town.supervisor.pk}, {entry.pk}, 1",
        "SELECT * FROM logbook_sealedtext",
        "INSERT INTO logbook_sealedtext SELECT entry_id, text, salt FROM logbook_entrytext",
        "DELETE FROM logbook_entrytext",
        f"SELECT record_read_sealed({entry.pk}, {town.supervisor.pk}, 's', 'x', NULL)",
        f"SELECT record_read_sealed({entry.pk}, {town.away.auditor.pk}, 's', 'x', NULL)",
        "CREATE OR REPLACE FUNCTION record_held(p_entry bigint) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$",
        "ALTER FUNCTION record_veil(bigint, bigint, text) OWNER TO duty_app",
    ]
    through = []
    for attack in attacks:
        try:
            with app_login.cursor() as cursor:
                cursor.execute(attack)
            app_login.commit()
            through.append(attack)
        except psycopg2.Error:
            app_login.rollback()
    assert through == [] and EntryText.objects.get().text == "原文" and verify().breaches == []
    # The control: with two people and a supervisor the same login gets through.
    with app_login.cursor() as cursor:
        cursor.execute(row(town.agent) + veil.format(town.supervisor.pk))
    app_login.commit()
    assert not EntryText.objects.exists() and verify().veiled == 1


@pytest.mark.clause("A18")
def test_a_supervisor_whose_membership_ended_confirms_nothing(town: Town, morning, entry: Entry) -> None:
    request = ask(town.agent, [entry], morning)
    town.supervisor.memberships.update(ends_at=morning - timedelta(minutes=1))
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT record_veil(%s, %s, 'pin')", [request.pk, town.supervisor.pk])


@pytest.mark.clause("A18")
def test_two_supervisors_at_once_veil_a_text_once(place, morning) -> None:  # noqa: F811
    entry = actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text=SECRET, kind="enquiry")
    second = make_person("taikoo-second", "第二主管", None, "")
    Membership.objects.create(person=second, site=place.site, role="supervisor", starts_at=morning - timedelta(days=1))
    request = ask(place.agent, [entry], morning)
    raised = together([lambda person=person: confirm(person, request, morning) for person in (place.supervisor, second)])
    assert [type(error) for error in raised] == [Refused]
    assert Veil.objects.count() == 1 and Entry.objects.filter(code="text_veiled").count() == 1 and verify().breaches == []


@pytest.mark.clause("A18")
def test_control_without_the_lock_and_the_rule_the_database_s_own_net_holds(place, morning) -> None:  # noqa: F811
    entry = actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text=SECRET, kind="enquiry")
    request = ask(place.agent, [entry], morning)

    def straight() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT record_veil(%s, %s, 'pin')", [request.pk, place.supervisor.pk])

    assert len(together([straight, straight])) == 1
    assert Veil.objects.count() == 1 and verify().veiled == 1


@pytest.mark.clause("A18")
def test_who_reads_english_reads_both_names_in_latin_letters(town: Town, morning, entry: Entry) -> None:
    note = confirm(town.supervisor, ask(town.agent, [entry], morning), morning)
    assert (note.fields["asked_by"], note.fields["asked_by_en"], note.fields["confirmed_by_en"]) == ("何嘉怡", "He Jiayi", "Xu Wenting")
    said = f"The text of #{entry.number} is veiled by He Jiayi and Xu Wenting: 误写密码"
    assert wording_of(note, town.desk) == said and "by He Jiayi and Xu Wenting" in veil_words(note)
    with translation.override("zh-hans"):
        assert "何嘉怡" in wording_of(note, town.desk) and "He Jiayi" not in veil_words(note)
    assert verify().breaches == []


@pytest.mark.clause("A18")
def test_who_has_no_latin_name_is_named_as_ever(town: Town, morning, entry: Entry) -> None:
    Person.objects.filter(pk=town.agent.pk).update(name_latin="")
    note = confirm(town.supervisor, ask(town.agent, [entry], morning), morning)
    assert "asked_by_en" not in note.fields and "by 何嘉怡 and Xu Wenting" in veil_words(note)
