"""Numbers of identity documents are not kept, and phones are known (A17, A20)."""

from uuid import uuid4

import pytest

from desks.refusal import Refused
from desks.testing import Town, signed_in
from desks.testing_pages import find, text_of, tree
from logbook import actions, numbers
from logbook.imports import identity_numbers_in
from logbook.models import Entry

GOOD = "11010519491231002X"


@pytest.mark.clause("A20")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"身份证{GOOD}取件", [GOOD]),
        ("住客 110105 19491231 002x 已登记", ["110105 19491231 002x"]),
        ("１１０１０５１９４９１２３１００２Ｘ", ["１１０１０５１９４９１２３１００２Ｘ"]),
        ("旧证 110105491231002 一张", ["110105491231002"]),
        ("护照：E12345678，已看", ["E12345678"]),
        ("Passport no. EA1234567 seen", ["EA1234567"]),
        ("110105194912310021", []),
        ("990105194913310021", []),
        (f"单号{GOOD[:-1]}", []),
        (f"9{GOOD}", []),
        ("11, 01, 05, 49, 12, 31, 00, 2", []),
        (f"A{GOOD}", []),
        ("订单 E12345678", []),
        ("430000999931002", []),
        ("电话13800138000，5栋1203，2026-11-24", []),
        ("", []),
    ],
)
def test_what_is_an_identity_number(text: str, found: list[str]) -> None:
    assert [text[begin:end] for begin, end in numbers.identity_numbers_in(text)] == found


@pytest.mark.clause("A20")
def test_at_most_the_last_four_stay() -> None:
    said = numbers.without_identity_numbers(f"甲 {GOOD}，乙 护照E12345678", lambda ending: f"[{ending}]")
    assert said == "甲 [002X]，乙 护照[5678]"
    assert not numbers.identity_numbers_in(said)


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("王女士13800138000来电", "13800138000"),
        ("回电 138 0013 8000", "138 0013 8000"),
        ("+86 138-0013-8000", "+86 138-0013-8000"),
        ("座机020-81872479", "020-81872479"),
        ("(0755)2345 6789", "(0755)2345 6789"),
        ("１３８００１３８０００", "１３８００１３８０００"),
        ("+852 2345 6789", "+852 2345 6789"),
        (f"证件{GOOD}", ""),
        ("单号 138001380001", ""),
        ("5-1203，2026-11-24 15:00", ""),
    ],
)
def test_what_is_a_phone(text: str, phone: str) -> None:
    assert numbers.phone_in(text) == phone


@pytest.mark.clause("A20")
@pytest.mark.parametrize(("name", "value"), [("text", f"取件 {GOOD}"), ("customer", GOOD), ("phone", GOOD), ("place", GOOD), ("result", GOOD)])
def test_no_field_of_an_entry_takes_one(town: Town, morning, name: str, value: str) -> None:
    with pytest.raises(Refused) as caught:
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, **{"text": "x", name: value})
    assert caught.value.field == name and "002X" in str(caught.value.remedy) and GOOD not in str(caught.value)
    assert not Entry.objects.exists()


@pytest.mark.clause("A20")
def test_no_correction_step_or_act_takes_one(town: Town, morning) -> None:
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    root = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x", kind="repair", place="5-1203")
    count = Entry.objects.count()
    for act in (
        lambda: actions.correct_entry(actor=town.agent, entry=root, now=morning, text=GOOD, reason="slip"),
        lambda: actions.add_to_entry(actor=town.agent, entry=root, now=morning, text=GOOD),
        lambda: actions.move_follow_up(actor=town.agent, root=root, now=morning, state="closed", result=GOOD),
        lambda: actions.move_follow_up(actor=town.agent, root=root, now=morning, state="waiting", waiting_for=GOOD),
        lambda: actions.record_act(actor=town.agent, desk=town.desk, now=morning, code="x", text=GOOD),
        lambda: actions.record_act(actor=town.agent, desk=town.desk, now=morning, code="x", fields={"remark": GOOD}),
    ):
        with pytest.raises(Refused):
            act()
    assert Entry.objects.count() == count and identity_numbers_in(GOOD)


@pytest.mark.clause("A20")
def test_the_composer_offers_document_seen_in_one_tap_without_a_script(town: Town) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/record/"
    sent = {"text": f"张先生 {GOOD} 13800138000 取件", "kind": "enquiry", "key": str(uuid4())}
    answer = client.post(address, sent)
    page = tree(answer.content.decode())
    assert answer.status_code == 422 and sent["text"] in text_of(find(page, "textarea", name="text")[0])
    button = find(page, "button", name="replace_identity")[0]
    assert "hidden" not in dict(button.attributes) and not Entry.objects.exists()
    assert dict(find(page, "input", name="phone")[0].attributes)["value"] == "13800138000"
    for _ in range(2):
        assert client.post(address, sent | {"replace_identity": "1"}).status_code == 302
    assert Entry.objects.get().words.text == "张先生 [document seen, ends in 002X] 13800138000 取件"
    fresh = tree(client.get(f"/desk/{town.desk.slug}/").content.decode())
    assert "hidden" in dict(find(fresh, "button", name="replace_identity")[0].attributes)


@pytest.mark.clause("A20")
def test_the_script_is_told_that_a_tap_can_replace_it(town: Town) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/record/"
    for text, replaceable in ((GOOD, True), ("", False)):
        answer = client.post(address, {"text": text, "key": str(uuid4())}, headers={"HX-Request": "true"})
        assert answer.status_code == 422 and answer.json()["replaceable"] is replaceable and "text" in answer.json()["errors"]


@pytest.mark.clause("A20")
@pytest.mark.parametrize("name", ["late_reason", "repair__unsettled"])
def test_the_one_tap_also_works_in_the_reason_and_in_the_kinds_own_fields(town: Town, name: str) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/record/"
    sent = {"text": "漏水", "kind": "repair", "place": "5栋1203", name: f"证件 {GOOD}"}
    refused = client.post(address, sent, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422 and refused.json()["replaceable"] and list(refused.json()["errors"]) == [name]
    assert client.post(address, sent | {"replace_identity": "1"}, HTTP_HX_REQUEST="true").status_code == 201
    entry = Entry.objects.get()
    assert (entry.reason or entry.fields["own_unsettled"]) == "证件 [document seen, ends in 002X]"


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("门禁码 4471#", True), ("密码：Sun2030", True), ("密码是 889900", True), ("Door code 4471", True), ("password=a1b2c3", True), ("ＰＩＮ：１２３４", True),
        ("密码锁 3 楼坏", False), ("password reset", False), ("门禁码忘记", False), ("spinning 1234", False), ("5栋1203", False), ("", False),
    ],
)
def test_a_code_is_known_by_the_word_beside_it(text: str, secret: bool) -> None:
    assert numbers.names_a_secret(text) == secret


@pytest.mark.clause("A18")
@pytest.mark.parametrize(("name", "more"), [("place", {}), ("result", {}), ("handler", {}), ("message__addressee", {"kind": "message"})])
def test_a_secret_stands_in_the_text_alone_where_it_can_be_veiled(town: Town, morning, name: str, more: dict[str, str]) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/record/"
    refused = client.post(address, {"text": "保洁进门", **more, name: "门禁码 4471#"}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422 and list(refused.json()["errors"]) == [name]
    assert "only the text can be veiled" in str(refused.json()["errors"][name]) and not Entry.objects.exists()
    assert client.post(address, {"text": "保洁进门，门禁码 4471#", **more}, HTTP_HX_REQUEST="true").status_code == 201


@pytest.mark.clause("A18", "A20")
@pytest.mark.parametrize(("tool", "name"), [("retract", "reason_words"), ("correct", "reason_words"), ("add", "text"), ("again", "place")])
def test_the_one_tap_also_works_in_the_tools_of_an_entry(town: Town, morning, tool: str, name: str) -> None:
    root = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="help")
    client, address = signed_in(town.supervisor), f"/log/{town.desk.slug}/{root.number}/{tool}/"
    sent = {"text": "x", name: f"证件 {GOOD}", "key": str(uuid4())}
    form = find(tree(client.post(address, sent).content.decode()), "form", id=f"{tool}-form")[0]
    assert GOOD not in str(Entry.objects.values_list("reason", "place", "words__text"))
    assert "is not kept" in text_of(find(form, "div", id=f"div_{tool}-{name}")[0]) and find(form, "button", name="replace_identity")
    assert client.post(address, sent | {"replace_identity": "1"}).status_code == 302
    made = Entry.objects.select_related("words").get(root=root)
    assert "证件 [document seen, ends in 002X]" in {made.reason, made.place, made.words.text}
    assert not find(tree(client.get(f"/log/{town.desk.slug}/{root.number}/").content.decode()), "button", name="replace_identity")
