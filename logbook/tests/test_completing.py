"""Places and handlers are completed from what was written at the desk, and the list is no leak (A8, A17, A20)."""

import pytest
from django.utils import timezone

from desks.testing import Town, signed_in
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


@pytest.mark.parametrize("asked", ["%", "'; DROP TABLE x", "\x00", "\u202e", "长" * 5000, "😀", "_"])
def test_hostile_words_find_nothing(town: Town, asked: str) -> None:
    write(town, "大堂")
    assert offered(town, "place", asked) == []


def test_only_the_newest_entries_are_looked_at(town: Town, monkeypatch, django_assert_max_num_queries) -> None:
    monkeypatch.setattr(completing, "LOOKED_AT", 2)
    for place in ("旧门", "新门甲", "新门乙"):
        write(town, place)
    with django_assert_max_num_queries(4):
        assert completing.completed_places(town.desk, "门") == ["新门乙", "新门甲"]
