"""An entry carries photos by their digests; who may read it sees them, and nothing else gets in (A17, A18, A20, I8, I9)."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import Signer

from desks.binding import Confirmation
from desks.models import Person
from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from logbook import actions
from logbook.actions.inserting import SentDifferently
from logbook.files import store
from logbook.files.tokens import attachments_by
from logbook.models import AccessRecord, Entry, SearchText
from logbook.rules import Attachment, attachments_in, searched_words
from logbook.tests.independent_verifier import check
from logbook.tests.pages import attribute, find, tree, words
from logbook.tests.pictures import opened, photo
from logbook.tests.plain_rows import plain_rows
from logbook.verify import verify

HTMX = {"HTTP_HX_REQUEST": "true"}
COLOURS = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]


def uploaded(person: Person, now, colour=COLOURS[0]) -> str:
    return actions.keep_photo(actor=person, file=io.BytesIO(photo(colour=colour)), size=500, now=now)


def written(town: Town, now, *photos: str, **more) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="5栋1203 厨房漏水", photos=photos, **more)


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.mark.clause("A17", "A18")
def test_the_entry_names_its_photos_by_digest(town: Town, morning, files) -> None:
    tokens = [uploaded(town.agent, morning, colour) for colour in COLOURS]
    entry = written(town, morning, *tokens, tokens[0])
    kept = attachments_by(town.agent, tokens)
    assert entry.fields.keys() == {"attachment_01", "attachment_02", "attachment_03", "outside_watch"}, "one that is named twice is one"
    assert entry.fields["attachment_02"] == f"{kept[1].digest} image/jpeg {kept[1].size}" and attachments_in(entry.fields) == kept
    assert "\nattachment_01 " in entry.leaf and kept[0].digest not in entry.leaf
    book = actions.book_of(town.desk)
    assert verify().breaches == [] and check(plain_rows(book), book.origin) == []
    assert kept[0].digest not in SearchText.objects.get(entry=entry).search
    assert searched_words({"attachment_01": kept[0].value, "own_price": "5"}) == ["5"]


@pytest.mark.clause("A17")
def test_photos_come_later_with_an_addition(town: Town, morning, files) -> None:
    entry = written(town, morning)
    added = actions.add_to_entry(actor=town.agent, entry=entry, now=morning, text="照片", photos=[uploaded(town.agent, morning)])
    assert len(attachments_in(added.fields)) == 1 and not attachments_in(entry.fields)


@pytest.mark.clause("I9")
def test_only_what_its_writer_uploaded_gets_in(town: Town, morning, files) -> None:
    theirs, digest, mine = uploaded(town.colleague, morning), "ab" * 32, uploaded(town.agent, morning)
    for token in (
        theirs, "nonsense", "", mine[:-1] + ("A" if mine[-1] != "A" else "B"), f"{digest} image/jpeg 5",
        Signer(salt="logbook.another").sign_object([town.agent.pk, f"{digest} image/jpeg 5"]),
        Signer(key="guessed" * 9, salt="logbook.upload").sign_object([town.agent.pk, f"{digest} image/jpeg 5"]),
    ):
        with pytest.raises(Refused) as refusal:
            written(town, morning, token)
        assert (refusal.value.clause, refusal.value.field) == ("I9", "photos")
    for fields in ({"attachment_01": f"{digest} image/jpeg 5"}, {"attachment_x": "y"}):
        with pytest.raises(Refused, match="cannot name"):
            written(town, morning, fields=fields)
        with pytest.raises(Refused, match="cannot name"):
            actions.record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_opened", fields=fields)
    answer = signed_in(town.agent).post(
        f"/log/{town.desk.slug}/record/", {"text": "x", "attachment_01": f"{digest} image/jpeg 5", "other__attachment_01": "y"}, **HTMX
    )
    assert not Entry.objects.exists() or not attachments_in(Entry.objects.get().fields), answer.content


@pytest.mark.clause("I10")
def test_the_same_sending_twice_is_stored_once_with_its_photos(town: Town, morning, files) -> None:
    one, other, key = uploaded(town.agent, morning), uploaded(town.agent, morning, COLOURS[1]), uuid4()
    assert written(town, morning, one, key=key) == written(town, morning, one, key=key)
    for photos in ([], [other], [one, other]):
        with pytest.raises(SentDifferently):
            written(town, morning, *photos, key=key)
    assert Entry.objects.count() == 1


@pytest.mark.clause("A17")
def test_what_is_not_there_any_more_is_asked_for_again(town: Town, morning, files) -> None:
    token = uploaded(town.agent, morning)
    (kept,) = attachments_by(town.agent, [token])
    store.remove(kept.digest)
    with pytest.raises(actions.FilesGone):
        written(town, morning, token)
    answer = signed_in(town.agent).post(f"/log/{town.desk.slug}/record/", {"text": "x", "photos": token}, **HTMX)
    assert (answer.status_code, answer.json()["gone"], answer.json()["errors"].keys()) == (422, True, {"photos"})
    assert not Entry.objects.exists()


@pytest.mark.clause("A17")
def test_five_hundred_photos_are_refused_beside_their_field_and_the_text_stays(town: Town, morning, files) -> None:
    client, address, token = signed_in(town.agent), f"/log/{town.desk.slug}/record/", uploaded(town.agent, morning)
    answer = client.post(address, {"text": "很多照片", "photos": [token] * 500}, **HTMX)
    assert answer.status_code == 422 and "at most 12" in answer.json()["errors"]["photos"][0] and "500" in answer.json()["errors"]["photos"][0]
    answer = client.post(address, {"text": "很多照片", "kind": "enquiry", "photos": [sent(f"{n}.jpg", photo()) for n in range(500)]})
    page = tree(answer)
    assert answer.status_code == 422 and "at most 12 photos, and these are 500" in words(find(page, "p", id="photos-error")[0])
    assert "很多照片" in words(find(page, "textarea", id="composer-text")[0]) and not Entry.objects.exists()


@pytest.mark.clause("A17")
def test_without_a_script_a_refused_photo_loses_neither_text_nor_the_good_ones(town: Town, files) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/record/"
    good, script, huge = sent("good.jpg", photo()), sent("script.png", b"<script>alert(1)</script>"), sent("huge.jpg", bytes(60_000_000))
    answer = client.post(address, {"text": "天花板漏水", "photos": [good, script, huge]})
    page = tree(answer)
    said = words(find(page, "p", id="photos-error")[0])
    assert answer.status_code == 422 and "script.png: This is not a photo" in said and "huge.jpg: This photo is larger than 25 MB" in said
    assert "天花板漏水" in words(find(page, "textarea", id="composer-text")[0])
    (kept,) = [attribute(field, "value") for field in find(page, "input", type="hidden", name="photos")]
    answer = client.post(address, {"text": "天花板漏水", "photos": [kept, sent("second.jpg", photo(colour=COLOURS[1]))]})
    assert answer.status_code == 302 and len(attachments_in(Entry.objects.get().fields)) == 2
    number = Entry.objects.get().number
    answer = client.post(f"/log/{town.desk.slug}/{number}/add/", {"text": "又一张", "key": str(uuid4()), "photos": [sent("pdf.jpg", b"%PDF-1.4")]})
    assert answer.status_code == 422 and "A PDF cannot be attached" in answer.content.decode() and "又一张" in answer.content.decode()
    answer = client.post(f"/log/{town.desk.slug}/{number}/add/", {"text": "又一张", "key": str(uuid4()), "photos": [sent("3.jpg", photo(colour=COLOURS[2]))]})
    assert answer.status_code == 302 and len(attachments_in(Entry.objects.latest("number").fields)) == 1


@pytest.mark.clause("A17")
def test_a_browser_sends_a_file_field_in_which_nothing_was_chosen_as_an_empty_text(town: Town, morning, files) -> None:
    client, token = signed_in(town.agent), uploaded(town.agent, morning)
    assert client.post(f"/log/{town.desk.slug}/record/", {"text": "天花板漏水", "photos": ""}).status_code == 302
    number = Entry.objects.get().number
    for photos, count in ((["", token], 1), ([""], 0)):
        answer = client.post(f"/log/{town.desk.slug}/{number}/add/", {"text": "又一张", "key": str(uuid4()), "photos": photos})
        assert answer.status_code == 302 and len(attachments_in(Entry.objects.latest("number").fields)) == count


@pytest.mark.clause("A20", "I8")
def test_who_may_read_the_entry_sees_its_photos_and_nobody_else(town: Town, morning, files) -> None:
    entry = written(town, morning, uploaded(town.agent, morning))
    secret = written(town, morning, uploaded(town.agent, morning, COLOURS[1]), audience="supervisors")
    address = f"/log/{town.desk.slug}/{entry.number}/photos/1/"
    answer = signed_in(town.colleague).get(address)
    assert answer.content == store.content_of(attachments_in(entry.fields)[0].digest)
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == f'inline; filename="{town.desk.slug}-{entry.number}-1.jpg"' and answer["Cache-Control"] == "private, no-cache"
    small = signed_in(town.colleague).get(f"{address}small/")
    assert opened(small.content).format == "JPEG" and small["ETag"] != answer["ETag"]
    assert signed_in(town.colleague).get(address, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert signed_in(town.colleague).get(f"/log/{town.desk.slug}/{entry.number}/photos/2/").status_code == 404
    assert signed_in(town.away.supervisor).get(address, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 404
    assert signed_in(town.away.agent).get(f"/log/{town.away.desk.slug}/{entry.number}/photos/1/").status_code == 404
    assert signed_in(town.administrator).get(address).status_code == 403
    hidden = f"/log/{town.desk.slug}/{secret.number}/photos/1/"
    assert signed_in(town.colleague).get(hidden).status_code == 403 and signed_in(town.supervisor).get(hidden).status_code == 200
    page = signed_in(town.colleague).get(f"/log/{town.desk.slug}/{secret.number}/").content.decode()
    assert "/photos/1/" not in page and "1 photo" not in page
    assert AccessRecord.objects.filter(person=town.colleague, page="photo", from_number=entry.number).exists()
    before = AccessRecord.objects.count()
    client = signed_in(town.colleague)
    for _ in range(3):
        client.get(address)
        client.get(f"{address}small/")
    assert AccessRecord.objects.count() == before + 1, "looking again leaves nothing new"


@pytest.mark.clause("A18", "A20")
def test_a_file_that_is_not_what_was_committed_to_is_not_shown(town: Town, morning, files) -> None:
    entry = written(town, morning, uploaded(town.agent, morning))
    place, address = store.path_of(attachments_in(entry.fields)[0].digest), f"/log/{town.desk.slug}/{entry.number}/photos/1/"
    place.chmod(0o600)
    place.write_bytes(photo(colour=(1, 2, 3)))
    assert [signed_in(town.agent).get(each).status_code for each in (address, f"{address}small/")] == [404, 404]
    place.unlink()
    assert signed_in(town.agent).get(address).status_code == 404


@pytest.mark.clause("A18", "I8")
def test_under_a_veil_only_who_reads_the_text_sees_the_photos(town: Town, morning, files) -> None:
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    entry = written(town, morning, uploaded(town.agent, morning))
    (asked,) = actions.ask_veil(actor=town.agent, confirmed=Confirmation(town.agent, "pin", morning), entries=[entry], reason="密码", now=morning)
    actions.confirm_veil(actor=town.supervisor, confirmed=Confirmation(town.supervisor, "pin", morning), request=asked, now=morning)
    address = f"/log/{town.desk.slug}/{entry.number}/photos/1/"
    for person in (town.agent, town.supervisor, town.head, town.auditor):
        assert signed_in(person).get(address).status_code == 404
        assert address not in signed_in(person).get(f"/log/{town.desk.slug}/{entry.number}/").content.decode()
    auditor = signed_in(town.auditor)
    page = tree(auditor.post(f"/log/{town.desk.slug}/{entry.number}/sealed/", {"reason": "核查", "secret": PIN}))
    (small,) = [attribute(image, "src") for image in find(page, "img") if "/photos/" in (attribute(image, "src") or "")]
    assert auditor.get(small).status_code == 200 and signed_in(town.supervisor).get(small).status_code == 404
    assert verify().breaches == []


@pytest.mark.clause("A17", "A20")
def test_log_page_and_files_say_that_there_are_photos(town: Town, morning, files) -> None:
    entry = written(town, morning, *[uploaded(town.agent, morning, colour) for colour in COLOURS[:2]])
    digests = [each.digest for each in attachments_in(entry.fields)]
    added = actions.add_to_entry(actor=town.agent, entry=entry, now=morning, text="再一张", photos=[uploaded(town.agent, morning, COLOURS[2])])
    for address in (f"/log/{town.desk.slug}/", f"/desk/{town.desk.slug}/", f"/log/{town.desk.slug}/day/2026-11-24/print/"):
        page = signed_in(town.supervisor).get(address).content.decode()
        assert "2 photos" in page and digests[0] not in page, address
    page = tree(signed_in(town.supervisor).get(f"/log/{town.desk.slug}/{entry.number}/"))
    shown = [source for image in find(page, "img") if "/photos/" in (source := attribute(image, "src") or "")]
    assert [f"/log/{town.desk.slug}/{number}/photos/{place}/small/" for number, place in ((entry.number, 1), (entry.number, 2), (added.number, 1))] == shown
    exported = b"".join(signed_in(town.supervisor).get(f"/log/{town.desk.slug}/export/?format=csv").streaming_content).decode()
    assert "; ".join(digests) in exported


@pytest.mark.clause("A19")
def test_what_an_attachment_says_is_read_strictly() -> None:
    good = "ab" * 32
    assert attachments_in({"attachment_01": f"{good} image/png 7"}) == [Attachment(good, "image/png", 7)]
    for value in (f"{good.upper()} image/png 7", f"{good} image/svg+xml 7", f"{good} image/png 07", f"{good} image/png 7\n", good, ""):
        assert attachments_in({"attachment_01": value}) == []
    assert attachments_in({"attachment_1": f"{good} image/png 7", "attachment_001": f"{good} image/png 7"}) == []
