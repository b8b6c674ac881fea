"""Customers are masked on every surface; seeing one is an act that leaves a record (A20, I8)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from desks.testing_pages import find, text_of, tree
from logbook import actions, rules
from logbook.models import AccessRecord, Entry
from logbook.tests.test_erase_personal import clock  # noqa: F401
from notices.models import Notice

NAME, PHONE = "欧阳芷晴", "13512349876"
WRITTEN = "136 1234 5678"


@pytest.fixture
def entry(town: Town) -> Entry:
    """An open matter of a held desk, with a customer that nothing but its own fields name."""
    now = timezone.now()
    actions.open_watch(actor=town.agent, desk=town.desk, now=now)
    return actions.record_entry(
        actor=town.agent, desk=town.desk, now=now, text="厨房漏水", kind="repair", place="5栋1203", customer=NAME, phone=PHONE
    )


def surfaces(town: Town) -> list[str]:
    desk, today = town.desk.slug, timezone.now().astimezone(town.site.zone).date().isoformat()
    return [
        f"/desk/{desk}/", f"/desk/{desk}/parts/", f"/log/{desk}/", f"/log/{desk}/?q=漏水", f"/log/{desk}/?place=5栋1203", f"/log/{desk}/2/",
        f"/log/{desk}/follow-ups/", f"/log/{desk}/new/?after=0", f"/log/{desk}/day/{today}/print/", f"/log/{desk}/review/{today}/",
        f"/log/{desk}/export/?format=csv", f"/log/{desk}/imported/", f"/handover/{desk}/", "/notices/", "/", f"/log/{desk}/keeping/",
        f"/escalations/{desk}/", "/escalations/", f"/escalations/{desk}/raise/2/", f"/escalations/{desk}/spoken/", "/admin/", f"/admin/desks/person/{town.agent.pk}/history/",
    ]


def body(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


@pytest.mark.clause("I8")
@pytest.mark.parametrize("part", ["agent", "colleague", "butler", "supervisor", "head", "auditor", "administrator"])
def test_no_page_shows_a_customer_by_itself(town: Town, entry: Entry, part: str) -> None:
    client = signed_in(getattr(town, part))
    seen = []
    for address in surfaces(town):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        text = body(answer)
        shown = NAME in text or PHONE in text
        exported = "/export/" in address and part in {"supervisor", "head"}
        assert shown is exported, address
        seen.append(address)
    assert len(seen) >= (9 if part not in {"administrator"} else 2), seen
    assert not Notice.objects.filter(fields__icontains=PHONE).exists()


@pytest.mark.clause("A20")
def test_a_tap_shows_the_customer_and_leaves_a_record_each_time(town: Town, entry: Entry) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/2/reveal/"
    page = tree(client.post(address, REMOTE_ADDR="192.0.2.7").content.decode())
    assert NAME in text_of(page) and PHONE in text_of(page)
    assert client.post(address, headers={"HX-Request": "true"}).json() == {"words": f"{NAME} {PHONE}"}
    assert list(AccessRecord.objects.filter(kind="reveal").order_by("pk").values_list("address", flat=True)) == ["192.0.2.7", "127.0.0.1"]
    made = AccessRecord.objects.filter(kind="reveal").values_list("person", "desk", "page", "from_number", "to_number", "filters")
    assert list(made) == [(town.agent.pk, town.desk.pk, "entry", 2, 2, {"entry": "2"})] * 2
    assert NAME not in client.get(f"/log/{town.desk.slug}/2/").content.decode()


@pytest.fixture
def told(town: Town, entry: Entry) -> Entry:
    """An entry whose number stands in its words alone, in several places."""
    return actions.record_entry(
        actor=town.agent, desk=town.desk, now=timezone.now(), text=f"请回电 {WRITTEN}，紧急", kind="parcel", own={"parcels": f"5栋901 {WRITTEN} A-3"},
    )


@pytest.mark.clause("I8")
def test_a_number_in_a_text_is_masked_until_asked_for_and_that_leaves_a_record(town: Town, told: Entry) -> None:
    base = f"/log/{town.desk.slug}/{told.number}/"
    for part in ("agent", "supervisor", "auditor"):
        for address in (f"/log/{town.desk.slug}/", base, f"/log/{town.desk.slug}/?q=请回电"):
            text = body(signed_in(getattr(town, part)).get(address)).replace("<mark>", "").replace("</mark>", "")
            assert WRITTEN not in text and "请回电 136****5678" in text and "5栋901 136****5678 A-3" in text, (part, address)
    assert "data-reveal" not in body(signed_in(town.auditor).get(base))
    client = signed_in(town.agent)
    assert f'data-reveal="{base}reveal/"' in body(client.get(f"/log/{town.desk.slug}/"))
    assert client.post(f"{base}reveal/", headers={"HX-Request": "true"}).json() == {"words": WRITTEN}
    page = text_of(tree(body(client.post(f"{base}reveal/"))))
    assert f"请回电 {WRITTEN}" in page and f"5栋901 {WRITTEN} A-3" in page
    assert AccessRecord.objects.filter(kind="reveal", from_number=told.number).count() == 2
    assert signed_in(town.colleague).post(f"{base}reveal/").status_code == 422


@pytest.mark.clause("A18")
def test_a_correction_sent_back_with_a_masked_number_keeps_the_number(town: Town, told: Entry) -> None:
    sent = {"text": "请回电 136****5678，不急", "reason": "slip", "place": "", "key": str(uuid4())}
    assert signed_in(town.agent).post(f"/log/{town.desk.slug}/{told.number}/correct/", sent).status_code == 302
    assert Entry.objects.get(act="correction").words.text == f"请回电 {WRITTEN}，不急"


@pytest.mark.clause("A20")
def test_who_is_not_on_duty_sees_them_masked(town: Town, entry: Entry) -> None:
    address = f"/log/{town.desk.slug}/2/reveal/"
    for part, status in (("colleague", 422), ("head", 200), ("supervisor", 200), ("auditor", 403), ("administrator", 403), ("agent", 200)):
        answer = signed_in(getattr(town, part)).post(address)
        assert answer.status_code == status, part
        assert (PHONE in answer.content.decode()) is (status == 200), part
    assert signed_in(town.away.agent).post(address).status_code == 404
    assert Client().post(address).status_code == 302 and signed_in(town.agent).get(address).status_code == 405
    assert signed_in(town.colleague).post(address, headers={"HX-Request": "true"}).json()["refused"]
    assert AccessRecord.objects.filter(kind="reveal").count() == 3


@pytest.mark.clause("A20")
def test_what_is_for_supervisors_only_shows_no_customer_to_others(town: Town, entry: Entry) -> None:
    made = actions.record_entry(
        actor=town.agent, desk=town.desk, now=timezone.now(), text="x", kind="enquiry", customer=NAME, phone=PHONE, audience="supervisors"
    )
    with pytest.raises(Refused):
        actions.reveal_personal(actor=town.agent, entry=made, session_key="s", now=timezone.now())
    assert actions.reveal_personal(actor=town.supervisor, entry=made, session_key="s", now=timezone.now()) == {"customer": NAME, "phone": PHONE}


@pytest.mark.clause("A20")
@pytest.mark.parametrize(
    ("case", "fits"), [((True, True, False, True), True), ((True, False, True, True), True), ((False, True, True, True), False),
                       ((True, False, False, True), False), ((True, True, True, False), False)]
)
def test_who_may_see_a_customer(case: tuple[bool, ...], fits: bool) -> None:
    may_see, on_duty, leads, has_values = case
    assert (rules.why_not_reveal(may_see=may_see, on_duty=on_duty, leads=leads, has_values=has_values) is None) is fits


@pytest.mark.clause("A20")
def test_an_erased_value_says_so_on_page_print_and_export(town: Town, entry: Entry, clock) -> None:  # noqa: F811
    now = timezone.now()
    clock(now)
    actions.move_follow_up(actor=town.agent, root=entry, now=now, state="closed", result="好了")
    late = now + timedelta(days=181)
    clock(late)
    assert [actions.erase_personal_values(desk=town.desk, day=late.date(), now=late) for _ in range(3)] == [1, 1, 0]
    client = signed_in(town.supervisor)
    today = now.astimezone(town.site.zone).date().isoformat()
    for address in (f"/log/{town.desk.slug}/2/", f"/log/{town.desk.slug}/", f"/log/{town.desk.slug}/day/{today}/print/", f"/log/{town.desk.slug}/export/?format=csv"):
        text = body(client.get(address))
        assert "erased by rule on" in text and "see #4" in text and PHONE not in text, address
    assert client.post(f"/log/{town.desk.slug}/2/reveal/").status_code == 422
    keeping = client.get(f"/log/{town.desk.slug}/keeping/").content.decode()
    assert "#2–2" in keeping


@pytest.mark.clause("A18")
def test_veiling_through_the_pages(town: Town, entry: Entry) -> None:
    desk, base = town.desk.slug, f"/log/{town.desk.slug}/2/"
    agent, supervisor, auditor = (signed_in(getattr(town, part)) for part in ("agent", "supervisor", "auditor"))
    ask = {"entries": ["2"], "reason": "误写密码", "secret": PIN}
    for wrong in (ask | {"secret": "000000"}, ask | {"reason": ""}, ask | {"entries": ["1"]}, ask | {"entries": []}):
        assert agent.post(f"{base}veil/", wrong).status_code == 422
    assert agent.post(f"{base}veil/", ask).status_code == 302
    assert "误写密码" in supervisor.get(f"/log/{desk}/keeping/").content.decode()
    assert [dict(each.attributes)["id"] for each in find(tree(supervisor.get(base).content.decode()), "form", id="decide_veil-form")]
    assert not find(tree(agent.get(base).content.decode()), "form", id="decide_veil-form")
    assert agent.post(f"{base}veil/decide/", {"decision": "veil", "secret": PIN}).status_code == 403
    assert supervisor.post(f"{base}veil/decide/", {"decision": "decline", "secret": PIN}).status_code == 422
    assert supervisor.post(f"{base}veil/decide/", {"decision": "veil", "secret": PIN}).status_code == 302
    today = timezone.now().astimezone(town.site.zone).date().isoformat()
    for client, address in (
        (agent, base), (agent, f"/desk/{desk}/"), (agent, f"/log/{desk}/"), (agent, f"/log/{desk}/day/{today}/print/"), (agent, f"/log/{desk}/follow-ups/"),
        (supervisor, f"/log/{desk}/export/?format=csv"), (agent, f"/handover/{desk}/"), (auditor, base),
    ):
        text = body(client.get(address))
        assert "厨房漏水" not in text, address
        if "/handover/" not in address:
            assert "Veiled by He Jiayi and Xu Wenting" in text, address
    assert "厨房漏水" not in agent.get(f"/log/{desk}/?q=漏水").content.decode().replace("漏水\"", "")
    assert "厨房漏水" in auditor.post(f"{base}sealed/", {"reason": "查核", "secret": PIN}, REMOTE_ADDR="192.0.2.7").content.decode()
    assert auditor.post(f"{base}sealed/", {"reason": "查核", "secret": "000000"}).status_code == 422
    assert supervisor.post(f"{base}sealed/", {"reason": "查核", "secret": PIN}).status_code == 403
    assert AccessRecord.objects.filter(kind="unseal", person=town.auditor, from_number=2).values_list("address", flat=True).get() == "192.0.2.7"


@pytest.mark.clause("A20")
def test_periods_and_holds_through_the_page(town: Town, entry: Entry) -> None:
    base = f"/log/{town.desk.slug}/keeping/"
    supervisor, administrator = signed_in(town.supervisor), signed_in(town.administrator)
    assert administrator.post(f"{base}period/", {"period-name": "phone", "period-days": "29", "period-reason": "x"}).status_code == 422
    assert administrator.post(f"{base}period/", {"period-name": "phone", "period-days": "60", "period-reason": "少留"}).status_code == 302
    assert supervisor.post(f"{base}period/", {"period-name": "phone", "period-days": "60"}).status_code == 403
    assert "60 days from" in administrator.get(base).content.decode()
    assert supervisor.post(f"{base}hold/", {"hold-scope": "thread", "hold-number": "99", "hold-reason": "x"}).status_code == 422
    assert supervisor.post(f"{base}hold/", {"hold-scope": "month", "hold-month": "2026-11", "hold-reason": "诉讼"}).status_code == 302
    assert administrator.post(f"{base}hold/", {}).status_code == 403
    (form,) = [each for each in find(tree(supervisor.get(base).content.decode()), "form") if "/lift/" in dict(each.attributes).get("action", "")]
    address = dict(form.attributes)["action"]
    assert signed_in(town.away.supervisor).post(address, {"reason": "x"}).status_code == 404
    assert supervisor.post(address, {"reason": ""}).status_code == 422
    assert supervisor.post(address, {"reason": "结案"}).status_code == 302
    assert not actions.keeping.is_held(entry)
