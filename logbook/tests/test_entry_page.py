"""One entry and its tools: correct, retract, add, move, each with its refusals (A17, A18, A30, I8, I10)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from desks.testing import Town, signed_in
from logbook.models import Entry, FollowUp
from logbook.tests.pages import attribute, find, tree, words
from logbook.tests.scenes import busy


@pytest.fixture
def scene(town: Town) -> Town:
    busy(town, timezone.now())
    return town


def _entry(town: Town, number: int) -> str:
    return f"/log/{town.desk.slug}/{number}/"


def _tools(town: Town, person, number: int) -> set[str]:
    page = tree(signed_in(person).get(_entry(town, number)))
    return {(attribute(form, "id") or "").removesuffix("-form") for form in find(page, "form") if (attribute(form, "id") or "").endswith("-form")}


@pytest.mark.clause("A18")
def test_an_entry_shows_its_thread_and_its_digest(scene: Town) -> None:
    page = tree(signed_in(scene.agent).get(_entry(scene, 6)))
    said = words(page)
    assert bytes(Entry.objects.get(number=6).digest).hex() in said
    assert "#7" in said and "#8" in said and "Misheard" in said
    assert signed_in(scene.agent).get(_entry(scene, 99)).status_code == 404
    assert signed_in(scene.away.agent).get(_entry(scene, 6)).status_code == 404


@pytest.mark.clause("A18")
def test_tools_are_offered_to_who_may_use_them(scene: Town) -> None:
    assert _tools(scene, scene.agent, 2) == {"move", "again", "readers", "add", "correct", "retract", "veil"}
    assert _tools(scene, scene.colleague, 2) == {"move", "again", "readers", "veil"}, "others move a matter, and correct nothing"
    assert _tools(scene, scene.supervisor, 2) == {"move", "again", "readers", "add", "correct", "retract", "veil"}
    assert _tools(scene, scene.auditor, 2) == set()
    assert _tools(scene, scene.agent, 1) == set(), "an act is not corrected"
    assert _tools(scene, scene.agent, 12) == set(), "what its writer may not read any more has no tools"


@pytest.mark.clause("A18")
def test_a_correction_needs_one_tap_for_its_reason(scene: Town) -> None:
    client = signed_in(scene.agent)
    sent = {"text": "6栋1104 漏水复查，老张已到现场", "place": "6栋1104", "reason": "slip", "key": str(uuid4())}
    for _ in range(2):
        answer = client.post(f"{_entry(scene, 2)}correct/", sent)
        assert (answer.status_code, answer["Location"]) == (302, _entry(scene, 2))
    made = Entry.objects.filter(act="correction", refers_to__number=2).get()
    assert (made.reason, made.place, made.words.text) == ("slip", "", sent["text"])


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    ("tool", "sent", "field"),
    [
        ("correct", {"text": "x"}, "reason"),
        ("correct", {"text": "", "reason": "slip"}, "text"),
        ("correct", {"text": "x", "reason": "nonsense"}, "reason"),
        ("retract", {}, "reason"),
        ("add", {"text": " "}, "text"),
        ("move", {"state": "closed"}, "result"),
        ("move", {"state": "waiting"}, "waiting_for"),
        ("move", {"state": "waiting", "waiting_for": "王师傅", "waiting_until": "soon"}, "waiting_until"),
        ("move", {"state": "nonsense"}, "state"),
    ],
)
def test_a_refusal_stands_in_its_form_and_what_was_typed_stays(scene: Town, tool: str, sent: dict, field: str | None) -> None:
    before = Entry.objects.count()
    answer = signed_in(scene.agent).post(f"{_entry(scene, 2)}{tool}/", sent | {"key": str(uuid4()), "next_step": "call back"})
    assert answer.status_code == 422 and Entry.objects.count() == before
    form = find(tree(answer), "form", id=f"{tool}-form")[0]
    said = [words(each) for each in find(form, "span", class_="invalid-feedback")] + [words(each) for each in find(form, "div", class_="alert alert-block alert-danger")]
    assert said or field is None or words(find(form, "div", id=f"div_{tool}-{field}")[0])
    if tool == "move":
        assert attribute(find(form, "input", name="next_step")[0], "value") == "call back"


@pytest.mark.clause("A1")
def test_a_matter_is_moved_closed_and_opened_again_by_entries(scene: Town) -> None:
    client = signed_in(scene.colleague)
    steps = [
        ({"state": "in_progress", "text": "师傅已到", "handler": "工程维修部"}, "in_progress"),
        ({"state": "waiting", "waiting_for": "业主", "waiting_until": "2026-12-01T10:00", "next_step": "回电"}, "waiting"),
        ({"state": "closed", "result": "已修复", "waiting_for": "业主", "waiting_until": "2026-12-01T10:00"}, "closed"),
        ({"state": "open"}, "open"),
    ]
    for sent, state in steps:
        assert client.post(f"{_entry(scene, 2)}move/", sent | {"key": str(uuid4())}).status_code == 302
        assert FollowUp.objects.get(root__number=2).state == state
    matter = FollowUp.objects.get(root__number=2)
    assert (matter.handler, matter.next_step) == ("engineering", "回电")
    taken = Entry.objects.filter(act="follow_up", refers_to__number=2)
    assert taken.count() == 4 and list(taken.exclude(waiting_for="").values_list("follow_state", flat=True)) == ["waiting"]
    assert client.post(f"{_entry(scene, 3)}move/", {"state": "closed", "key": str(uuid4())}).status_code == 422


@pytest.mark.clause("A17")
def test_an_author_adds_and_the_others_do_not(scene: Town) -> None:
    sent = {"text": "补充：已通知", "key": str(uuid4())}
    assert signed_in(scene.colleague).post(f"{_entry(scene, 2)}add/", sent).status_code == 422
    assert signed_in(scene.agent).post(f"{_entry(scene, 2)}add/", sent).status_code == 302
    assert Entry.objects.filter(act="addition").get().words.text == "补充：已通知"


@pytest.mark.clause("A18")
def test_a_retracted_entry_stays_readable_and_its_matter_ends(scene: Town) -> None:
    signed_in(scene.agent).post(f"{_entry(scene, 2)}retract/", {"reason": "wrong_unit", "key": str(uuid4())})
    assert FollowUp.objects.get(root__number=2).state == "retracted"
    page = tree(signed_in(scene.agent).get(_entry(scene, 2)))
    assert find(page, "s") and "retracted" in words(page)
    assert _tools(scene, scene.agent, 2) == {"veil"}


@pytest.mark.clause("I8")
def test_what_is_for_supervisors_only_cannot_be_reached_by_a_tool(scene: Town) -> None:
    for tool in ("correct", "retract", "add", "move"):
        sent = {"text": "x", "reason": "slip", "state": "closed", "result": "x", "key": str(uuid4())}
        assert signed_in(scene.agent).post(f"{_entry(scene, 12)}{tool}/", sent).status_code == 403
        assert signed_in(scene.auditor).post(f"{_entry(scene, 2)}{tool}/", sent).status_code == 403
        assert signed_in(scene.away.supervisor).post(f"{_entry(scene, 2)}{tool}/", sent).status_code == 404
    assert "员工态度" not in signed_in(scene.agent).get(_entry(scene, 12)).content.decode()
    assert "员工态度" in signed_in(scene.supervisor).get(_entry(scene, 12)).content.decode()
