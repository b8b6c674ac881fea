"""Places, handlers and addressees are completed from what was written at the desk, and the list is no leak (A8, A17, A20, B2.2)."""

import pytest
from django.utils import timezone

from desks.testing import Town, signed_in
from desks.testing_pages import find, tree
from logbook import actions
from logbook.queries import completing


def offered(town: Town, field: str, asked: str, person=None, desk=None) -> list[str]:
    answer = signed_in(person or town.agent).get(f"/log/{(desk or town.desk).slug}/complete/{field}/", {"q": asked})
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    return answer.json()["values"]


def write(town: Town, place: str = "", handler: str = "", **values) -> None:
    actions.record_entry(
        actor=values.pop("actor", town.agent), desk=values.pop("desk", town.desk), now=timezone.now(), text="来电", place=place,
        handler=handler, **values,
    )


@pytest.mark.clause("A17")
@pytest.mark.parametrize("asked", ["3-1201", "3栋12", "３棟1201", "3号楼1201", "3-12", "12"])
def test_a_unit_is_found_in_any_of_its_writings(town: Town, asked: str) -> None:
    for place in ("3栋1201", "5-1302"):
        write(town, place)
    assert offered(town, "place", asked) == ["3栋1201"]


@pytest.mark.clause("A8")
def test_often_written_comes_first_then_newest_and_beginnings_before_middles(town: Town) -> None:
    for place in ("大堂东门", "大堂", "大堂", "东门岗", "大堂西门"):
        write(town, place)
    assert offered(town, "place", "大") == ["大堂", "大堂西门", "大堂东门"]
    assert offered(town, "place", "东門") == ["东门岗", "大堂东门"]
    assert offered(town, "place", "LOBBY") == [] == offered(town, "place", " ")
    assert offered(town, "place", "大堂") == ["大堂西门", "大堂东门"], "what stands there already is not offered"


@pytest.mark.clause("A20")
def test_the_list_gives_away_nothing(town: Town) -> None:
    write(town, "地库机房", audience="supervisors", actor=town.supervisor)
    write(town, "会所", customer="王先生", phone="13800138000")
    for person in (town.agent, town.supervisor):
        assert offered(town, "place", "地库", person) == [], "where something for supervisors happened is not offered to anybody"
        assert offered(town, "place", "王", person) == [] == offered(town, "handler", "王先", person)
    client = signed_in(town.away.agent)
    assert client.get(f"/log/{town.desk.slug}/complete/place/?q=会").status_code == 404
    assert signed_in(town.auditor).get(f"/log/{town.desk.slug}/complete/place/?q=会").status_code == 403
    for field in ("customer", "phone", "text"):
        assert signed_in(town.agent).get(f"/log/{town.desk.slug}/complete/{field}/?q=王").status_code == 404
    assert offered(town, "place", "会", town.away.agent, town.away.desk) == [], "another desk's places are not offered"


@pytest.mark.clause("A8")
def test_handlers_are_departments_colleagues_and_whoever_was_written(town: Town) -> None:
    write(town, handler="电梯维保公司")
    assert offered(town, "handler", "维保") == ["电梯维保公司"]
    assert town.agent.name in offered(town, "handler", town.agent.name[:2])
    assert offered(town, "handler", "维保", town.away.agent, town.away.desk) == [], "whom another desk wrote is not offered"


@pytest.mark.clause("B2.2")
def test_a_message_is_for_a_colleague_of_the_site_or_for_whom_one_was_before(town: Town) -> None:
    write(town, kind="message", own={"addressee": "装修公司刘工"})
    write(town, kind="message", own={"addressee": "装修公司刘工"})
    write(town, kind="message", own={"addressee": "装修监理"}, customer="王先生")
    assert offered(town, "addressee", "装修") == ["装修公司刘工", "装修监理"]
    for person in (town.agent, town.supervisor, town.head):
        assert person.name in offered(town, "addressee", person.name[:2])
    assert town.away.agent.name not in offered(town, "addressee", town.away.agent.name)
    assert offered(town, "addressee", "装修", town.away.agent, town.away.desk) == [], "whom another desk wrote is not offered"


@pytest.mark.clause("I8", "B2.2")
def test_a_customer_is_no_addressee_to_offer(town: Town) -> None:
    write(town, kind="message", own={"addressee": "欧阳女士"}, customer="欧阳女士")
    write(town, kind="message", own={"addressee": "保密处"}, audience="supervisors", actor=town.supervisor)
    for person in (town.agent, town.supervisor):
        assert offered(town, "addressee", "欧", person) == [] == offered(town, "addressee", "保密", person)
    assert signed_in(town.auditor).get(f"/log/{town.desk.slug}/complete/addressee/?q=欧").status_code == 403
    assert signed_in(town.away.agent).get(f"/log/{town.desk.slug}/complete/addressee/?q=欧").status_code == 404


@pytest.mark.parametrize("field", ["place", "handler", "addressee"])
@pytest.mark.parametrize("asked", ["%", "'; DROP TABLE x", "\x00", "\u202e", "长" * 5000, "😀", "_"])
def test_hostile_words_find_nothing(town: Town, asked: str, field: str) -> None:
    write(town, "大堂", handler="保安部", kind="message", own={"addressee": "刘工"})
    assert offered(town, field, asked) == []


@pytest.mark.clause("A8")
def test_the_fields_say_what_completes_them(town: Town) -> None:
    """In the composer and in the tools of an entry, each with an id of its own, so that a list belongs to one field."""
    entry = actions.record_entry(
        actor=town.supervisor, desk=town.desk, now=timezone.now(), kind="message", text="请回电", own={"addressee": "刘工"}
    )
    client = signed_in(town.supervisor)

    def fields(path: str) -> dict[str, str]:
        inputs = [dict(each.attributes) for each in find(tree(client.get(path).content.decode()), "input")]
        ids = [each["id"] for each in inputs if "id" in each]
        assert len(ids) == len(set(ids))
        return {each["id"]: each["data-complete"] for each in inputs if "data-complete" in each}

    assert fields(f"/desk/{town.desk.slug}/") == {
        "composer-place": "place", "composer-handler": "handler", "composer-message__addressee": "addressee",
    }
    assert fields(f"/log/{town.desk.slug}/{entry.number}/") == {
        "again-place": "place", "correct-place": "place", "move-handler": "handler", "move-waiting_for": "handler",
    }


def test_only_the_newest_entries_are_looked_at(town: Town, monkeypatch, django_assert_max_num_queries) -> None:
    monkeypatch.setattr(completing, "LOOKED_AT", 2)
    for place in ("旧门", "新门甲", "新门乙"):
        write(town, place)
    with django_assert_max_num_queries(4):
        assert completing.completed_places(town.desk, "门") == ["新门乙", "新门甲"]
    for addressee in ("刘工", "刘经理", "刘主管"):
        write(town, kind="message", own={"addressee": addressee}, customer="王先生")
    with django_assert_max_num_queries(6):
        assert completing.completed_addressees(town.desk, "刘", timezone.now()) == ["刘主管", "刘经理"]
