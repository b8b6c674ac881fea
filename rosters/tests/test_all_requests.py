"""All swaps and all leave of a desk: narrowed, for few eyes, taken out without what is not the reader's (A13, A20, I8)."""

from datetime import timedelta

import pytest

from desks.testing import Town, signed_in
from logbook.models import AccessRecord
from rosters import actions
from rosters.tests.changing import DAY, agreed, kind_of, leave_asked


@pytest.fixture
def december(december: Town, morning) -> Town:
    town = december
    agreed(town, morning)
    leave = leave_asked(town, morning, kind=kind_of(town, "sick"), reason="复诊")
    actions.decide_leave(actor=town.supervisor, leave=leave, approve=True, reason="", now=morning)
    leave_asked(town, morning, actor=town.butler, person=town.butler, day=DAY + timedelta(days=7), reason="看病")
    return town


def file_of(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.mark.clause("A13")
def test_the_lists_are_narrowed_by_state_person_and_days(december: Town) -> None:
    client, url = signed_in(december.supervisor), f"/rosters/{december.desk.slug}/leave/all/"
    for asked, both in (
        ("", (True, True)), ("?state=approved", (True, False)), (f"?person={december.butler.pk}", (False, True)),
        (f"?until={DAY}", (True, False)), (f"?since={DAY + timedelta(days=1)}", (False, True)), ("?since=nonsense&state=nonsense", (True, True)),
    ):
        page = client.get(url + asked).content.decode()
        body = page[page.index("</form>", page.index("filter-bar")):]
        assert ("He Jiayi ·" in body, "Zhou Min ·" in body) == both, asked
        said = file_of(client, f"/rosters/{december.desk.slug}/leave/export/?format=csv&{asked[1:]}")
        assert ("复诊" in said, "看病" in said) == both, "the file is what the page shows"
    swaps = f"/rosters/{december.desk.slug}/swaps/"
    assert "→ Zhou Min" in client.get(f"{swaps}?person={december.butler.pk}").content.decode()
    assert "No swap is like that" in client.get(f"{swaps}?state=refused").content.decode()


@pytest.mark.clause("A13", "A20", "I8")
def test_the_kind_and_the_reason_go_out_to_who_decides_alone_and_reading_is_recorded(december: Town) -> None:
    root = f"/rosters/{december.desk.slug}"
    head, boss = signed_in(december.head), signed_in(december.supervisor)
    for client, sees in ((head, False), (boss, True)):
        page = client.get(f"{root}/leave/all/").content.decode()
        assert ("Sick leave" in page) is sees
        said = file_of(client, f"{root}/leave/export/?format=csv")
        assert all((words in said) is sees for words in ("Sick leave", "复诊", "Kind of leave")) and "He Jiayi" in said
        assert ("家里有事" in file_of(client, f"{root}/swaps/export/?format=csv")) is sees
    assert AccessRecord.objects.filter(page="leave", kind="read").count() == 2
    assert AccessRecord.objects.filter(page="leave_csv", kind="export").count() == 2
    for stranger in (december.agent, december.auditor):
        assert [signed_in(stranger).get(f"{root}/{path}/").status_code for path in ("swaps", "leave/all")] == [403, 403]
    month = f"{root}/2026-12/"
    assert [f"{root}/leave/all/" in signed_in(person).get(month).content.decode() for person in (december.head, december.agent)] == [True, False]
    assert signed_in(december.away.head).get(f"{root}/leave/all/").status_code == 404
