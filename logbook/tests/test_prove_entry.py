"""One entry is proven to an outsider, with any field withheld, after the project head's approval; all of it recorded (A18, A20)."""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import Error, connection, transaction

from desks.binding import Confirmation, confirm
from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from desks.wording import worded
from logbook import actions
from logbook.models import AccessRecord, Checkpoint, Entry, ProofRequest, SigningKey
from logbook.proof import standalone
from logbook.proof.notes import verifier_key
from logbook.proof.outsider import names_in_leaf
from logbook.tests.pages import find, tree, words
from notices.models import Notice


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    for number in range(3):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"before {number}")
    made = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="厨房漏水", kind="repair", place="5栋1203", customer="李先生", phone="13800138000"
    )
    for number in range(3):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"after {number}")
    return made


def ask(town: Town, entry: Entry, now, *shown: str, actor=None) -> ProofRequest:
    return actions.ask_for_proof(
        actor=actor or town.supervisor, entry=entry, recipient="平安保险", purpose="漏水理赔", shown=list(shown or ("text", "place")), now=now
    )


def decide(town: Town, asked: ProofRequest, now, *, approve: bool = True, reason: str = "") -> ProofRequest:
    confirmed = confirm(town.head, PIN, now=now, settings=town.desk.settings)
    return actions.decide_proof(confirmed=confirmed, asked=asked, approve=approve, reason=reason, now=now)


@pytest.fixture
def text(town: Town, entry, morning) -> str:
    asked = decide(town, ask(town, entry, morning), morning)
    return actions.give_proof(actor=town.supervisor, asked=asked, session_key="x", page="proof_file", now=morning)


def vkey(entry: Entry) -> str:
    return verifier_key(entry.book.origin, bytes(SigningKey.objects.last().public))


@pytest.mark.clause("A18")
def test_the_file_is_a_tlog_proof_that_shows_what_was_approved_and_nothing_else(town: Town, entry, text: str) -> None:
    first, extra, index, *path = text.split("\n\n", maxsplit=1)[0].split("\n")
    assert (first, index) == ("c2sp.org/tlog-proof@v1", f"index {entry.number - 1}")
    assert text.endswith("\n\n" + Checkpoint.objects.get().note) and all(len(base64.b64decode(each)) == 32 for each in path)
    told = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    assert {name: shown["value"] for name, shown in told["shown"].items()} == {"text": "厨房漏水", "place": "5栋1203"}
    secret = bytes(Entry.objects.get(pk=entry.pk).secret)
    for hidden in ("13800138000", "李先生", "before", secret.hex()):
        assert hidden not in json.dumps(told, ensure_ascii=False)
    said = standalone.check_proof(text, [standalone.verifier_key(vkey(entry))])
    assert "place: 5栋1203" in said and "phone: withheld" in said and f"entry {entry.number} of" in said


@pytest.mark.clause("A18")
def test_it_is_checked_by_a_stranger_with_python_alone(town: Town, entry, text: str, tmp_path: Path) -> None:
    tools = signed_in(town.auditor).get(f"/log/{town.desk.slug}/proof/verify.py")
    (tmp_path / "verify.py").write_bytes(tools.content)

    def check(proof: str) -> tuple[int, str]:
        (tmp_path / "x.tlog-proof").write_text(proof)
        command = [sys.executable, "-I", "-S", "verify.py", "--proof", "x.tlog-proof", "--key", vkey(entry)]
        done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert check(text)[0] == 0
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    told = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    told["shown"]["place"]["value"] = "6栋1203"
    other = f"extra {base64.b64encode(json.dumps(told).encode()).decode()}"
    for tampered, said in (
        ("\n".join([lines[0], other, *lines[2:]]) + "\n\n" + note, "the value of place"),
        (text.replace("index 3", "index 2"), "not the one"), (text.replace("index 3", "index 4"), "not the one"),
        ("\n".join(lines[:-1]) + "\n\n" + note, "too short"), ("\n".join([*lines, lines[-1]]) + "\n\n" + note, "not the one"),
        (head + "\n\n" + note.replace("\n8\n", "\n9\n"), "signature wrong"), (text.replace("proof@v1", "proof@v2"), "not the proof"),
    ):
        code, answer = check(tampered)
        assert code == 1 and said in answer, answer


@pytest.mark.clause("A18")
def test_any_field_alone_can_be_shown(town: Town, entry, morning) -> None:
    entry = Entry.objects.get(pk=entry.pk)
    names = names_in_leaf(entry)
    assert {"act", "author", "text", "phone", "customer", "place", "occurred_at", "due_at", "kind"} <= set(names)
    for name in names:
        asked = decide(town, ask(town, entry, morning, name), morning)
        made = actions.give_proof(actor=town.auditor, asked=asked, session_key="x", page="proof_file", now=morning)
        said = standalone.check_proof(made, [standalone.verifier_key(vkey(entry))])
        assert said.count(": withheld") == len(names) - 1 and f"  {name}: withheld" not in said


@pytest.mark.clause("A20")
def test_request_decision_and_taking_are_entries_and_readings(town: Town, entry, text: str) -> None:
    told = Entry.objects.filter(refers_to=entry, act="act").order_by("number").select_related("words")
    assert [each.code for each in told] == ["proof_asked", "proof_approved", "proof_given"]
    assert {each.words.text for each in told} == {"平安保险\n漏水理赔"} and {each.audience for each in told} == {"supervisors"}
    assert {each.fields["shown"] for each in told} == {"place text"}
    assert all("Fields shown: Place, Text." in worded(each.code, each.fields, town.desk) for each in told)
    kept = AccessRecord.objects.get(page="proof_file")
    assert (kept.kind, kept.person, kept.from_number, kept.count) == ("export", town.supervisor, entry.number, 1)
    assert kept.file_digest == hashlib.sha256(text.encode()).hexdigest()
    assert Notice.objects.get(code="proof_asked_told").person == town.head
    assert Notice.objects.get(code="proof_approved_told").person == town.supervisor


@pytest.mark.clause("A20")
def test_nothing_goes_out_before_the_approval_nor_after_a_refusal(town: Town, entry, morning) -> None:
    asked = ask(town, entry, morning)
    base = f"/log/{town.desk.slug}/proof/requests/{asked.pk}/"
    for way in ("file/", "sheet/"):
        assert signed_in(town.supervisor).post(base + way).status_code == 422
    with pytest.raises(Refused):
        decide(town, asked, morning, approve=False)
    refused = decide(town, asked, morning, approve=False, reason="not theirs")
    with pytest.raises(Refused):
        actions.give_proof(actor=town.supervisor, asked=refused, session_key="x", page="proof_file", now=morning)
    with pytest.raises(Refused):
        decide(town, asked, morning)
    assert Entry.objects.get(code="proof_refused").fields["why"] == "not theirs"
    assert not AccessRecord.objects.filter(page="proof_file").exists()


@pytest.mark.clause("A20")
@pytest.mark.parametrize(
    ("values", "field"),
    [({"recipient": " "}, "recipient"), ({"purpose": ""}, "purpose"), ({"shown": []}, "shown"), ({"shown": ["secret"]}, "shown"),
     ({"purpose": "x" * 201}, "purpose"), ({"recipient": "a\x00b"}, "purpose")],
)
def test_a_request_names_recipient_purpose_and_fields(town: Town, entry, morning, values: dict, field: str) -> None:
    given = {"recipient": "x", "purpose": "y", "shown": ["text"]} | values
    with pytest.raises(Refused) as refusal:
        actions.ask_for_proof(actor=town.supervisor, entry=Entry.objects.get(pk=entry.pk), now=morning, **given)
    assert refusal.value.field == field and not ProofRequest.objects.exists()


@pytest.mark.clause("A20")
def test_who_may_ask_and_who_decides(town: Town, entry, morning) -> None:
    address = f"/log/{town.desk.slug}/{entry.number}/proof/"
    for person in (town.agent, town.head, town.administrator):
        assert signed_in(person).get(address).status_code == 403
        with pytest.raises(Refused):
            ask(town, entry, morning, actor=person)
    assert signed_in(town.away.supervisor).get(address).status_code == 404
    asked = ask(town, entry, morning, actor=town.auditor)
    decision = f"/log/{town.desk.slug}/proof/requests/{asked.pk}/decide/"
    for person in (town.supervisor, town.auditor, town.agent):
        assert signed_in(person).post(decision, {"approve": "1", "secret": PIN}).status_code == 403
        with pytest.raises(Refused):
            actions.decide_proof(confirmed=Confirmation(person, "pin", morning), asked=asked, approve=True, reason="", now=morning)
    assert signed_in(town.away.head).post(f"/log/{town.away.desk.slug}/proof/requests/{asked.pk}/decide/").status_code == 404


@pytest.mark.clause("A20")
def test_the_pages_from_the_entry_to_the_sheet(town: Town, entry) -> None:
    supervisor, head = signed_in(town.supervisor), signed_in(town.head)
    address = f"/log/{town.desk.slug}/{entry.number}/"
    assert find(tree(supervisor.get(address)), "a", href=address + "proof/")
    assert not find(tree(signed_in(town.agent).get(address)), "a", href=address + "proof/")
    refused = supervisor.post(address + "proof/", {"recipient": "保险", "purpose": "", "shown": ["text"]})
    assert refused.status_code == 422 and find(tree(refused), "input", value="保险")
    asked = supervisor.post(address + "proof/", {"recipient": "保险", "purpose": "理赔", "shown": ["text", "place"]})
    base = asked["Location"]
    assert "保险" in words(tree(head.get("/")))
    assert not find(tree(supervisor.get(base)), "input", name="secret")
    assert head.post(base + "decide/", {"approve": "1", "secret": "000000"}).status_code == 422
    assert head.post(base + "decide/", {"refuse": "1", "secret": PIN}).status_code == 422
    assert head.post(base + "decide/", {"approve": "1", "secret": PIN}).status_code == 302
    assert head.post(base + "decide/", {"approve": "1", "secret": PIN}).status_code == 422
    sheet = tree(supervisor.post(base + "sheet/"))
    assert "厨房漏水" in words(sheet) and "13800138000" not in words(sheet) and "c2sp.org/tlog-proof@v1" in words(sheet)
    assert hashlib.sha256(supervisor.post(base + "file/").content).hexdigest() in words(sheet), "it names the file that it belongs to"
    file = supervisor.post(base + "file/")
    assert file["Content-Disposition"].endswith('.tlog-proof"') and file.content.startswith(b"c2sp.org/tlog-proof@v1\n")
    assert "保险" in words(tree(signed_in(town.auditor).get(f"/log/{town.desk.slug}/proof/")))


@pytest.mark.clause("I1")
def test_what_was_asked_and_decided_stays(town: Town, entry, morning) -> None:
    asked = ask(town, entry, morning)
    for attack in (
        lambda: ProofRequest.objects.update(recipient="x"), lambda: ProofRequest.objects.update(shown=["phone"]), asked.delete,
        lambda: ProofRequest.objects.update(state="approved"), lambda: ProofRequest.objects.update(state="refused"),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    decide(town, asked, morning)
    with pytest.raises(Error), transaction.atomic():
        ProofRequest.objects.update(purpose="x")
    assert ProofRequest.history.filter(id=asked.pk).count() == 2


@pytest.mark.clause("A18")
def test_a_value_that_is_gone_cannot_be_shown(town: Town, entry, morning, as_owner) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_personalvalue DISABLE TRIGGER record_refuses_removal")
        cursor.execute("DELETE FROM logbook_personalvalue WHERE name = 'phone'")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    with pytest.raises(Refused):
        ask(town, Entry.objects.get(pk=entry.pk), morning, "phone")
    assert ask(town, Entry.objects.get(pk=entry.pk), morning, "customer").state == "asked"


@pytest.mark.clause("A18")
@pytest.mark.parametrize("said", ["漏" * 4000, "x" + "\n" * 1998 + "x" * 2000, "short"])
def test_the_sheet_stays_one_page_whatever_was_written(town: Town, entry, morning, said: str) -> None:
    long = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text=said, kind="enquiry", fields={f"own_field_{each}": "字" * 500 for each in range(6)}
    )
    long.refresh_from_db()
    asked = decide(town, ask(town, long, morning, *names_in_leaf(long)), morning)
    sheet = words(tree(signed_in(town.supervisor).post(f"/log/{town.desk.slug}/proof/requests/{asked.pk}/sheet/")))
    assert (len(sheet) < 5000 and f"Cut here: {len(said)} characters in all" in sheet) or said == "short"
    assert (hashlib.sha256(said.encode()).hexdigest() in sheet) == (said != "short")


@pytest.mark.clause("A18")
def test_own_fields_stand_under_their_labels(town: Town, morning) -> None:
    made = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="电梯困人", kind="emergency", own={"mobilised": "9:05 工程部"})
    asked = decide(town, ask(town, made, morning, "text", "own_mobilised"), morning)
    supervisor, base = signed_in(town.supervisor), f"/log/{town.desk.slug}/"
    for answer in (
        supervisor.get(f"{base}{made.number}/proof/"), supervisor.get(f"{base}proof/requests/{asked.pk}/"),
        supervisor.post(f"{base}proof/requests/{asked.pk}/sheet/"),
    ):
        assert "Departments mobilised" in words(tree(answer)) and "own_mobilised" not in words(tree(answer))


@pytest.mark.clause("A18")
def test_the_sheet_says_beside_each_raw_value_what_it_is_called_and_when_it_was_at_the_site(town: Town, morning) -> None:
    made = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="厨房漏水", kind="repair", place="5栋1203", source="phone", urgency="urgent",
        handler="engineering", fields={"over_three_rings": "true"}, late_reason="", customer="李先生",
    )
    made.refresh_from_db()
    shown = [name for name in names_in_leaf(made) if name not in {"customer", "author"}]
    asked = decide(town, ask(town, made, morning, *shown), morning)
    sheet = tree(signed_in(town.supervisor).post(f"/log/{town.desk.slug}/proof/requests/{asked.pk}/sheet/"))
    values = dict(zip([words(each).strip() for each in find(sheet, "dt")], [" ".join(words(each).split()) for each in find(sheet, "dd")], strict=True))
    assert values["Kind"] == "repair/1 Repair" and values["Handled by"] == "engineering Engineering" and values["Source"] == "phone Phone"
    assert values["Urgency"] == "urgent" and values["over three rings"] == "true yes"
    assert values["Happened"] == "2026-11-24T01:00:00.000000Z Tue 24 Nov 2026 09:00"
    client = signed_in(town.supervisor)
    client.cookies["django_language"] = "zh-hans"
    sheet = words(tree(client.post(f"/log/{town.desk.slug}/proof/requests/{asked.pk}/sheet/")))
    assert "engineering" in sheet and "工程维修部" in sheet and "2026-11-24T01:00:00.000000Z" in sheet


@pytest.mark.clause("A20")
def test_nothing_is_said_beside_a_value_that_it_does_not_say_itself(town: Town, entry, morning) -> None:
    """Of the author the proof shows a reference and no name, of an act its code and none of its values."""
    act = actions.record_act(actor=town.supervisor, desk=town.desk, now=morning, code="day_reviewed", fields={"reviewer": "徐文婷", "day_on": "2026-11-24", "number": "1"})
    act.refresh_from_db()
    asked = decide(town, ask(town, act, morning, "author", "code", "act"), morning)
    sheet = find(tree(signed_in(town.supervisor).post(f"/log/{town.desk.slug}/proof/requests/{asked.pk}/sheet/")), "dl")[0]
    assert "徐文婷" not in words(sheet) and "Xu Wenting" not in words(sheet) and "reviewed the log" not in words(sheet) and "day_reviewed" in words(sheet)
