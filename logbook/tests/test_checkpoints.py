"""Checkpoints are made each day and each handover, stored, consistent and sent; the key is never silently replaced (A18, I2)."""

import stat
from datetime import timedelta
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from desks.testing import Town, signed_in
from logbook import actions
from logbook.clock import seal_days
from logbook.models import Checkpoint, Entry, EntryDigest, SigningKey, Watch
from logbook.proof import merkle
from logbook.proof.keys import KeyAway, make_key_file, next_key_file, state_of_key
from logbook.proof.notes import head_signed_by, verifier_key
from logbook.proof.tree import stored_nodes
from logbook.tests.note_verifier import read
from logbook.tests.pages import find, tree, words
from notices.models import Notice


@pytest.fixture
def key(settings, tmp_path):
    """A signing key of the test's own."""
    settings.SIGNING_KEY_FILE = tmp_path / "signing-key.pem"
    return make_key_file(settings.SIGNING_KEY_FILE)


def write(town: Town, now, count: int = 1) -> Entry:
    for number in range(count):
        made = actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"entry {number}")
    return made


def root_of(book, size: int) -> bytes:
    leaves = [bytes(each) for each in EntryDigest.objects.filter(book=book).order_by("number").values_list("digest", flat=True)]
    return merkle.root_of(size, merkle.nodes_of(leaves))


@pytest.mark.clause("A18")
def test_a_checkpoint_says_size_and_root_and_others_can_read_it(town: Town, morning, key) -> None:
    book = write(town, morning, 3).book
    made = actions.make_checkpoint(book=book, occasion="day", now=morning)
    assert read(made.note, verifier_key(book.origin, key)) == (book.origin, 3, root_of(book, 3))
    assert (made.size, bytes(made.root), bytes(made.key.public)) == (3, root_of(book, 3), key)
    assert actions.make_checkpoint(book=book, occasion="day", now=morning) == made
    write(town, morning)
    later = actions.make_checkpoint(book=book, occasion="day", now=morning)
    path = merkle.consistency_path(3, 4, stored_nodes(book))
    assert later.size == 4 and merkle.is_consistent(3, bytes(made.root), 4, bytes(later.root), path)


def test_an_empty_book_has_no_checkpoint(town: Town, morning, key) -> None:
    assert actions.make_checkpoint(book=actions.book_of(town.desk), occasion="day", now=morning) is None


@pytest.mark.clause("A23")
def test_the_end_of_a_watch_is_sealed_with_its_completing_entry(town: Town, morning, key) -> None:
    watch = actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    actions.close_watch(actor=town.agent, watch=watch, now=morning)
    made = Checkpoint.objects.get()
    assert (made.occasion, made.size) == (Watch.Ending.CLOSING, Entry.objects.get(code="desk_closed").number)


@pytest.mark.clause("I2")
@pytest.mark.parametrize(
    "tampering",
    ["UPDATE logbook_entrydigest SET digest = sha256('x') WHERE number = 2", "DELETE FROM logbook_entrydigest WHERE number = 3"],
)
def test_nothing_is_signed_over_a_book_that_no_longer_holds_its_checkpoint(town: Town, morning, key, as_owner, tampering: str) -> None:
    book = write(town, morning, 3).book
    actions.make_checkpoint(book=book, occasion="day", now=morning)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_entrydigest DISABLE TRIGGER record_refuses_change")
        cursor.execute(tampering)
    from logbook.actions.checkpoints import NotConsistent

    with pytest.raises(NotConsistent):
        actions.make_checkpoint(book=book, occasion="export", now=morning)
    assert actions.seal(book=book, occasion="export", now=morning) is None
    told = Notice.objects.get(code="checkpoint_failed")
    assert told.person == town.head and told.acknowledge


@pytest.mark.clause("I1")
def test_checkpoints_and_keys_are_only_ever_added(town: Town, morning, key) -> None:
    book = write(town, morning, 3).book
    made = actions.make_checkpoint(book=book, occasion="day", now=morning)
    write(town, morning)
    again = {"book": book, "root": bytes(32), "key": made.key, "note": "x", "made_at": morning, "occasion": "proof"}
    for attack in (
        made.save, made.delete, lambda: Checkpoint.objects.update(size=1), lambda: SigningKey.objects.all()._raw_delete("default"),
        lambda: SigningKey.objects.update(public=bytes(32)), lambda: Checkpoint.objects.create(size=2, **again),
        lambda: Checkpoint.objects.create(size=5, **again), lambda: Checkpoint.objects.create(size=0, **again),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()


@pytest.mark.clause("A18")
def test_the_clock_seals_each_day_once_and_sends_it_to_the_project_head(town: Town, morning, key) -> None:
    book = write(town, morning, 2).book
    midnight = morning.replace(hour=16)  # 0:00 in Shanghai
    assert seal_days(morning) == 1 and seal_days(morning) == 0
    write(town, morning)
    assert seal_days(midnight - timedelta(microseconds=1)) == 0
    assert seal_days(midnight) == 1 and seal_days(midnight + timedelta(hours=1)) == 0
    assert [each.size for each in Checkpoint.objects.filter(book=book).order_by("pk")] == [2, 3]
    assert seal_days(midnight + timedelta(days=1)) == 0, "a day without an entry needs none"
    told = Notice.objects.filter(code="checkpoint_of_day", person=town.head).order_by("pk")
    assert [each.fields["number"] for each in told] == ["2", "3"]
    assert Notice.objects.filter(code="checkpoint_of_day").exclude(person=town.head).count() == 0
    newest = Checkpoint.objects.filter(book=book).latest("pk")
    answer = signed_in(town.head).get(told[1].url)
    assert answer.content.decode() == newest.note and answer["Content-Disposition"].startswith("attachment")


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda path: path.unlink(), "missing"), (lambda path: path.write_text("no key"), "unreadable"),
        (lambda path: (path.unlink(), make_key_file(path)), "another"),
    ],
)
def test_a_lost_key_is_said_and_the_desk_works_on(town: Town, morning, key, settings, client, spoil, word: str) -> None:
    book = write(town, morning).book
    actions.make_checkpoint(book=book, occasion="day", now=morning)
    spoil(settings.SIGNING_KEY_FILE)
    watch = actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    assert actions.close_watch(actor=town.agent, watch=watch, now=morning).ended_at
    assert Checkpoint.objects.count() == 1 and SigningKey.objects.count() == 1
    with pytest.raises(KeyAway) as refusal:
        actions.make_checkpoint(book=book, occasion="day", now=morning)
    page = tree(signed_in(town.auditor).get(f"/log/{town.desk.slug}/proof/"))
    assert str(refusal.value.reason) in words(page)
    assert state_of_key() == word and client.get("/health/ready/").json()["signing_key"] == word
    for arguments in (["--make"], []):
        with pytest.raises(CommandError):
            call_command("signing_key", *arguments, stdout=StringIO())
    assert SigningKey.objects.count() == 1


@pytest.mark.clause("A18")
@pytest.mark.parametrize("lost", [False, True])
def test_another_key_is_an_entry_of_every_book(town: Town, morning, key, settings, django_capture_on_commit_callbacks, lost: bool) -> None:
    book = write(town, morning).book
    actions.record_act(actor=None, site=town.site, now=morning, code="desk_opened")
    actions.make_checkpoint(book=book, occasion="day", now=morning)
    if lost:
        settings.SIGNING_KEY_FILE.unlink()
    with django_capture_on_commit_callbacks(execute=True):
        made = actions.rotate_signing_key(reason="yearly", lost=lost, now=morning)
    public = bytes(made.public)
    told = Entry.objects.filter(code="signing_key_lost" if lost else "signing_key_changed")
    assert {each.fields["new_key"] for each in told} == {public.hex()} and told.count() == 2
    assert {each.fields["old_key"] for each in told} == {key.hex()}
    over = Checkpoint.objects.filter(occasion="key")
    assert over.count() == (0 if lost else 2)
    for each in over:
        assert head_signed_by(each.note, key).size == told.get(book=each.book).number
    assert state_of_key() == "ok" and not next_key_file().exists()
    write(town, morning)
    assert head_signed_by(actions.make_checkpoint(book=book, occasion="day", now=morning).note, public).origin == book.origin


@pytest.mark.clause("A18")
def test_a_rotation_that_was_cut_off_after_its_commit_is_ended(town: Town, morning, key, settings) -> None:
    actions.make_checkpoint(book=write(town, morning).book, occasion="day", now=morning)
    actions.rotate_signing_key(reason="yearly", lost=False, now=morning)
    assert state_of_key() == "another" and next_key_file().exists()
    call_command("signing_key", stdout=StringIO())
    assert state_of_key() == "ok"


def test_a_key_is_not_changed_without_a_reason(town: Town, key) -> None:
    with pytest.raises(CommandError, match="reason"):
        call_command("signing_key", "--rotate", stdout=StringIO())


def test_the_key_is_made_once_for_its_owner_alone(town: Town, morning, settings, tmp_path) -> None:
    settings.SIGNING_KEY_FILE = tmp_path / "new" / "signing-key.pem"
    actions.book_of(town.desk)
    out = StringIO()
    call_command("signing_key", "--make", stdout=out)
    assert stat.S_IMODE(settings.SIGNING_KEY_FILE.stat().st_mode) == 0o600
    content = settings.SIGNING_KEY_FILE.read_bytes()
    call_command("signing_key", "--make", stdout=StringIO())
    assert settings.SIGNING_KEY_FILE.read_bytes() == content
    assert out.getvalue().startswith(actions.book_of(town.desk).origin + "+")


@pytest.mark.clause("A20")
def test_the_page_shows_and_gives_what_others_keep(town: Town, morning, key) -> None:
    book = write(town, morning, 2).book
    made = actions.make_checkpoint(book=book, occasion="day", now=morning)
    base = f"/log/{town.desk.slug}/proof/"
    for person in (town.auditor, town.supervisor, town.head):
        client = signed_in(person)
        page = tree(client.get(base))
        assert made.note.splitlines()[2] in words(page) and find(page, "img", class_="qr")
        assert client.get(f"{base}checkpoints/{made.pk}/").content.decode() == made.note
        assert client.get(f"{base}keys/").content.decode() == verifier_key(book.origin, key) + "\n"
    assert signed_in(town.agent).get(base).status_code == 403
    away = signed_in(town.away.auditor)
    assert away.get(base).status_code == 404
    assert away.get(f"/log/{town.away.desk.slug}/proof/checkpoints/{made.pk}/").status_code == 404


@pytest.mark.clause("I2")
def test_two_at_once_sign_one_checkpoint(transactional_db, morning, settings, tmp_path) -> None:
    from desks.testing import read_town

    settings.SIGNING_KEY_FILE = tmp_path / "signing-key.pem"
    make_key_file(settings.SIGNING_KEY_FILE)
    town = read_town()
    book = write(town, morning, 2).book
    made: list[Checkpoint] = []

    def sign() -> None:
        try:
            made.append(actions.make_checkpoint(book=book, occasion="day", now=morning))
        finally:
            connection.close()

    threads = [Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(made) == 4 and Checkpoint.objects.count() == 1
