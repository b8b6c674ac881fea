"""Checkpoints go to the witnesses that the site names: after the signing, once each, tried again only where nothing went (A18, I7)."""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import Error, connection, transaction

from desks.refusal import Refused
from desks.testing import Town, read_town, signed_in
from logbook import actions, rules
from logbook.checks import witnesses_can_be_reached
from logbook.clock import seal_days, send_what_is_sealed
from logbook.models import Checkpoint, Entry, Sending, Witness
from logbook.proof.keys import make_key_file
from logbook.proof.notes import verifier_key
from logbook.queries import sent_of
from logbook.reading import wording_of
from logbook.tests.mail_server import mail_server
from logbook.tests.note_verifier import read
from logbook.tests.pages import tree, words
from notices.models import Notice

ADMIN = "/admin/logbook/witness/"


@pytest.fixture(autouse=True)
def key(settings, tmp_path) -> bytes:
    """A signing key of the test's own, and a mail server that takes everything."""
    settings.SIGNING_KEY_FILE, settings.MAIL_GOES = tmp_path / "signing-key.pem", "server"
    return make_key_file(settings.SIGNING_KEY_FILE)


def witness(town: Town, now: datetime, address: str = "notary@example.com") -> Witness:
    return actions.add_witness(actor=town.administrator, site=town.site, name="公证处", address=address, now=now)


def sealed(town: Town, now: datetime, occasion: str = "day") -> Checkpoint:
    book = actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="张伟 13800138000 来访").book
    return actions.make_checkpoint(book=book, occasion=occasion, now=now)


def send(now: datetime) -> int:
    return actions.send_to_witnesses(clock=lambda: now)


def failing(monkeypatch, how: Exception, *, at: str = "send_messages") -> Callable[[], None]:
    """Lets the mail server fail in that way; returns what mends it."""

    def fail(self, *_: object) -> int:
        raise how

    kept = getattr(EmailBackend, at)
    monkeypatch.setattr(EmailBackend, at, fail)
    return lambda: monkeypatch.setattr(EmailBackend, at, kept)


def outcomes() -> list[tuple[int, str]]:
    return list(Sending.objects.order_by("pk").values_list("attempt", "outcome"))


@pytest.mark.clause("A18")
def test_a_checkpoint_goes_to_the_witness_as_a_file_that_others_can_verify(town: Town, morning, key) -> None:
    to = witness(town, morning)
    made = sealed(town, morning)
    assert send(morning) == 1 and send(morning) == 0, "sent is sent"
    (letter,) = mail.outbox
    assert letter.to == [to.address] and letter.cc == letter.bcc == []
    parts = [part for part in letter.message().walk() if part.get_filename()]
    assert [part.get_filename() for part in parts] == [f"{town.desk.slug}-2026-11-24-{made.size}.checkpoint.txt"]
    assert parts[0].get_payload(decode=True) == made.note.encode(), "not a line end is changed on the way"
    public = verifier_key(made.book.origin, key)
    assert read(parts[0].get_payload(decode=True).decode(), public)[:2] == (made.book.origin, made.size)
    assert made.note in letter.body and public in letter.body and "verify.py" in letter.body and to.name in letter.body
    assert "张伟" not in letter.message().as_string() and "13800138000" not in letter.body, "nothing that was written leaves"
    assert letter.message()["Message-ID"].startswith("<") and letter.message()["Auto-Submitted"] == "auto-generated"
    assert outcomes() == [(1, "begun"), (1, "sent")]


@pytest.mark.clause("A18")
def test_the_letter_is_in_the_language_of_the_installation(town: Town, morning, settings) -> None:
    from logbook.letters import letter_of

    settings.LANGUAGE_CODE = "zh-hant"
    assert town.desk.label_zh_hant in letter_of(sealed(town, morning), witness(town, morning)).subject


@pytest.mark.clause("A18")
def test_the_days_and_the_handovers_go_out_and_what_was_before_the_witness_does_not(town: Town, morning) -> None:
    sealed(town, morning)
    later = morning + timedelta(minutes=1)
    witness(town, later)
    for number, occasion in enumerate(("handover", "closing", "takeover", "release", "key", "proof", "export"), start=1):
        sealed(town, later + timedelta(minutes=number), occasion)
    assert send(later + timedelta(minutes=10)) == 5
    assert set(Sending.objects.values_list("checkpoint__occasion", flat=True)) == {"handover", "closing", "takeover", "release", "key"}
    sealed(town, later + timedelta(minutes=11))
    assert send(later + timedelta(minutes=11) + rules.OVER_AFTER) == 0, "a newer one covers it by then"


@pytest.mark.clause("A23")
def test_signing_a_handover_waits_for_no_mail_and_the_clock_asks_a_worker(
    town: Town, morning, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    from logbook.tasks import send_checkpoints

    witness(town, morning)
    failing(monkeypatch, ConnectionRefusedError("no server"), at="open")
    asked: list[dict] = []
    monkeypatch.setattr(send_checkpoints, "apply_async", lambda **how: asked.append(how))
    with django_capture_on_commit_callbacks(execute=True):
        watch = actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
        actions.close_watch(actor=town.agent, watch=watch, now=morning)
        assert Checkpoint.objects.get().occasion == "closing" and not Sending.objects.exists() and not asked
    with django_capture_on_commit_callbacks(execute=True):
        assert send_what_is_sealed(morning) == 1
    assert len(asked) == 1 and asked[0]["expires"] and asked[0]["retry"] is False
    assert not Sending.objects.exists(), "the clock itself talks to no server"


@pytest.mark.clause("I7")
def test_a_failure_of_which_it_is_known_that_nothing_went_is_tried_again_five_times_at_most(town: Town, morning, monkeypatch) -> None:
    witness(town, morning)
    made, now = sealed(town, morning), morning
    failing(monkeypatch, smtplib.SMTPRecipientsRefused({"notary@example.com": (450, b"greylisted\r\nBcc: x")}))
    for wait in (*rules.witnesses.AGAIN_AFTER, timedelta(days=1)):
        assert send(now) == 0
        assert send(now + wait - timedelta(seconds=1)) == 0
        now += wait
    assert [attempt for attempt, outcome in outcomes() if outcome == "failed"] == [1, 2, 3, 4, 5] and len(outcomes()) == 10
    told = Notice.objects.get(code="witness_not_reached")
    assert told.person == town.head and told.acknowledge and "公证处" in told.fields["name"]
    (shown,) = sent_of([made], now)[made.pk]
    assert shown.tone == "bad" and "450" in shown.error and "\n" not in shown.error


@pytest.mark.clause("I7")
def test_a_failure_that_passes_is_made_good(town: Town, morning, monkeypatch) -> None:
    witness(town, morning)
    sealed(town, morning)
    mend = failing(monkeypatch, ConnectionRefusedError("no server"), at="open")
    assert send(morning) == 0
    mend()
    assert send(morning + timedelta(minutes=5)) == 1 and len(mail.outbox) == 1
    assert outcomes() == [(1, "begun"), (1, "failed"), (2, "begun"), (2, "sent")]


@pytest.mark.clause("I7")
@pytest.mark.parametrize("how", [smtplib.SMTPServerDisconnected("gone"), TimeoutError("timed out")])
def test_what_may_have_gone_is_not_sent_again(town: Town, morning, monkeypatch, how: Exception) -> None:
    witness(town, morning)
    made = sealed(town, morning)
    mend = failing(monkeypatch, how)
    send(morning)
    mend()
    assert outcomes() == [(1, "begun"), (1, "unknown")]
    assert send(morning + timedelta(days=1)) == 0 and not mail.outbox
    assert sent_of([made], morning)[made.pk][0].tone == "warn"


@pytest.mark.clause("I7")
@pytest.mark.parametrize(("manner", "outcome", "letters"), [("take", "sent", 1), ("refuse", "failed", 0), ("vanish", "unknown", 1)])
def test_what_a_real_server_says_is_what_is_known(town: Town, morning, settings, manner: str, outcome: str, letters: int) -> None:
    witness(town, morning)
    made = sealed(town, morning)
    with mail_server(settings, manner) as server:
        send(morning)
        send(morning + timedelta(minutes=1))
    assert outcomes() == [(1, "begun"), (1, outcome)] and len(server.taken) == letters
    if server.taken:
        parts = message_from_bytes(server.taken[0]).walk()
        assert [part.get_payload(decode=True) for part in parts if part.get_filename()] == [made.note.encode()]
    if outcome == "failed":
        assert send(morning + timedelta(minutes=6)) == 0 and outcomes()[-1] == (2, "failed"), "nobody listens any more: nothing went"


@pytest.mark.clause("I7")
def test_a_worker_that_is_killed_while_it_sends_leaves_one_letter_at_most(town: Town, morning, monkeypatch) -> None:
    class Killed(BaseException):
        """As a signal ends a process: nothing after it is run."""

    witness(town, morning)
    made = sealed(town, morning)
    mend = failing(monkeypatch, Killed())
    with pytest.raises(Killed):
        send(morning)
    mend()
    assert outcomes() == [(1, "begun")]
    sealed(town, morning + timedelta(minutes=1))
    assert send(morning + timedelta(minutes=2)) == 0, "for as long as it may be alive, nobody else sends"
    after = morning + rules.STOPPED_AFTER
    assert send(after) == 1 and len(mail.outbox) == 1, "the other checkpoint alone"
    (shown,) = sent_of([made], after)[made.pk]
    assert (shown.tone, shown.at) == ("warn", morning) and shown.error


@pytest.mark.clause("I7")
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_letter(transactional_db, morning, monkeypatch) -> None:
    town = read_town()
    witness(town, morning)
    sealed(town, morning)
    together, gone = Barrier(2), []
    due = actions.witnesses.due_sendings

    def both_have_looked(now: datetime):
        found = due(now)
        together.wait(20)
        return found

    monkeypatch.setattr("logbook.actions.witnesses.due_sendings", both_have_looked)

    def work() -> None:
        try:
            gone.append(send(morning))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(gone) == [0, 1] and len(mail.outbox) == 1 and outcomes() == [(1, "begun"), (1, "sent")]


@pytest.mark.clause("A18")
@pytest.mark.parametrize("address", [
    "", "nobody", "@example.com", "a@", "a@b@example.com", "a b@example.com", "a@example.com\nBcc: all@example.com", "a@example.com\r\n",
    "a\x00@example.com", "Name <a@example.com>", "a@example.com, b@example.com", "\"a@b\"@example.com", f"{'a' * 288}@example.com",
    "a\u202e@example.com", "a@exa\u200bmple.com",
])
def test_an_address_that_is_none_is_refused_beside_its_field(town: Town, morning, address: str) -> None:
    if address == "a@example.com\r\n":
        assert actions.add_witness(actor=town.administrator, site=town.site, name="x", address=address, now=morning).address == "a@example.com"
        return
    with pytest.raises(Refused) as refused:
        actions.add_witness(actor=town.administrator, site=town.site, name="x", address=address, now=morning)
    assert refused.value.field == "address" and not Witness.objects.exists()


@pytest.mark.clause("A18")
@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nBcc: b@example.com", "a\u202eb"])
def test_a_name_that_cannot_be_read_is_refused(town: Town, morning, name: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_witness(actor=town.administrator, site=town.site, name=name, address="a@example.com", now=morning)
    assert refused.value.field == "name"


@pytest.mark.clause("I9")
def test_a_witness_is_named_and_ended_by_the_site_administrator_in_the_site_s_book(town: Town, morning) -> None:
    to = witness(town, morning)
    for person in (town.agent, town.supervisor, town.head, town.auditor, town.away.administrator):
        with pytest.raises(Refused):
            actions.add_witness(actor=person, site=town.site, name="x", address="x@example.com", now=morning)
        with pytest.raises(Refused):
            actions.end_witness(actor=person, witness=to, reason="x", now=morning)
    with pytest.raises(Refused, match="already"), transaction.atomic():
        witness(town, morning, "Notary@Example.com")
    for reason in ("", "长" * 201):
        with pytest.raises(Refused) as refused:
            actions.end_witness(actor=town.administrator, witness=to, reason=reason, now=morning)
        assert refused.value.field == "reason"
    actions.end_witness(actor=town.administrator, witness=to, reason="委托结束", now=morning)
    with pytest.raises(Refused, match="ended already"):
        actions.end_witness(actor=town.administrator, witness=to, reason="again", now=morning)
    entries = Entry.objects.filter(code__startswith="witness_").order_by("number")
    assert [(each.code, each.book.desk_id, each.author) for each in entries] == [
        ("witness_added", None, town.administrator), ("witness_ended", None, town.administrator),
    ]
    assert "notary@example.com" in wording_of(entries[0], town.site) and "委托结束" in wording_of(entries[1], town.site)
    assert [row.history_user for row in to.history.all()] == [town.administrator] * 2
    assert witness(town, morning).pk != to.pk, "the same address may begin anew"


@pytest.mark.clause("I8")
def test_one_that_has_ended_and_one_of_another_site_get_nothing(town: Town, morning) -> None:
    to = witness(town, morning)
    actions.add_witness(actor=town.away.administrator, site=town.away.site, name="x", address="away@example.com", now=morning)
    made = sealed(town, morning)
    actions.end_witness(actor=town.administrator, witness=to, reason="over", now=morning + timedelta(minutes=1))
    assert send(morning + timedelta(minutes=1)) == 0 and not mail.outbox
    for whom in Witness.objects.all():
        with pytest.raises(Error), transaction.atomic():
            Sending.objects.create(checkpoint=made, witness=whom, attempt=1, outcome="begun", at=morning)


@pytest.mark.clause("I1")
def test_the_database_takes_no_second_letter_and_changes_none(town: Town, morning) -> None:
    to = witness(town, morning)
    made = sealed(town, morning)
    send(morning)
    again = {"checkpoint": made, "witness": to, "at": morning}
    row = Sending.objects.first()
    for attack in (
        lambda: Sending.objects.create(attempt=1, outcome="begun", **again), lambda: Sending.objects.create(attempt=2, outcome="begun", **again),
        lambda: Sending.objects.create(attempt=3, outcome="sent", **again), lambda: Sending.objects.create(attempt=1, outcome="failed", **again),
        lambda: Sending.objects.update(outcome="failed"), row.save, row.delete, lambda: Witness.objects.update(address="b@example.com"),
        lambda: Witness.objects.all()._raw_delete("default"), lambda: Witness.objects.update(name="somebody else"),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()


@pytest.mark.clause("A18")
def test_the_page_of_the_proof_shows_to_whom_each_checkpoint_went(town: Town, morning, monkeypatch, settings) -> None:
    witness(town, morning)
    base = f"/log/{town.desk.slug}/proof/"
    sealed(town, morning)
    send(morning)
    page = words(tree(signed_in(town.auditor).get(base)))
    assert "公证处" in page and "sent" in page
    settings.MAIL_GOES = "nowhere"
    sealed(town, morning + timedelta(minutes=1))
    assert send(morning + timedelta(minutes=1)) == 0
    assert "no mail server is set" in words(tree(signed_in(town.head).get(base)))
    assert "公证处" not in words(tree(signed_in(town.away.auditor).get(f"/log/{town.away.desk.slug}/proof/")))


@pytest.mark.clause("A18")
def test_what_hinders_the_mail_is_said_by_the_check_and_by_health(town: Town, morning, settings, client) -> None:
    assert client.get("/health/ready/").json()["witness_mail"] is None
    to = witness(town, morning)
    settings.MAIL_GOES = "nowhere"
    assert [each.id for each in witnesses_can_be_reached()] == ["logbook.W001"]
    assert client.get("/health/ready/").json()["witness_mail"] == "no mail server is set"
    settings.MAIL_GOES, settings.EMAIL_FROM_IS_SET = "server", False
    assert [each.id for each in witnesses_can_be_reached()] == ["logbook.W002"]
    settings.EMAIL_FROM_IS_SET = True
    assert witnesses_can_be_reached() == [] and client.get("/health/ready/").json()["witness_mail"] == "server"
    actions.end_witness(actor=town.administrator, witness=to, reason="over", now=morning)
    settings.MAIL_GOES = "nowhere"
    assert witnesses_can_be_reached() == []


@pytest.mark.clause("A18")
def test_development_writes_letters_to_files_and_calls_them_no_more_than_that(town: Town, morning, settings, tmp_path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path / "mail"
    settings.MAIL_GOES = "file"
    witness(town, morning)
    sealed(town, morning)
    assert send(morning) == 1 and outcomes()[-1] == (1, "filed")
    (written,) = (tmp_path / "mail").iterdir()
    assert b"notary@example.com" in written.read_bytes()


@pytest.mark.clause("I8")
def test_the_administrator_names_and_ends_witnesses_in_the_administration(town: Town, morning) -> None:
    client = signed_in(town.administrator)
    new = {"site": town.site.pk, "name": "业委会", "address": "owners@example.com", "_actor": town.administrator.pk}
    refused = client.post(f"{ADMIN}add/", new | {"address": "a@example.com\nBcc: b@example.com"})
    assert refused.status_code == 422 and "业委会" in refused.content.decode()
    assert client.post(f"{ADMIN}add/", new | {"site": town.away.site.pk}).status_code == 422
    assert client.post(f"{ADMIN}add/", new).status_code == 302
    assert client.post(f"{ADMIN}add/", new).status_code == 422, "twice at a time is once"
    made = Witness.objects.get()
    url = f"{ADMIN}{made.pk}/change/"
    assert client.get(url).status_code == 200
    assert signed_in(town.away.administrator).post(url, {"end": "on", "reason": "x", "_actor": town.away.administrator.pk}).status_code == 404
    assert client.post(url, {"end": "on", "reason": "", "_actor": town.administrator.pk}).status_code == 422
    assert client.post(url, {"end": "on", "reason": "换人", "address": "other@example.com", "_actor": town.administrator.pk}).status_code == 302
    made.refresh_from_db()
    assert made.ended_at is not None and made.address == "owners@example.com"
    assert client.get(url).status_code == 200 and client.post(url, {"end": "on", "reason": "x"}).status_code == 403


@pytest.mark.clause("A18")
def test_a_day_is_sealed_sent_and_shown(town: Town, morning) -> None:
    witness(town, morning)
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="one")
    assert seal_days(morning) == 2, "the desk's book, and the site's with the witness in it"
    assert send(morning) == 2 and {letter.to[0] for letter in mail.outbox} == {"notary@example.com"}
