"""Who has read what: one record for each person, session, page and filter, and another only for what is new (A20, I8)."""

import json
from datetime import timedelta

import pytest
from django.db import Error, transaction

from desks.testing import Town
from logbook import actions, rules
from logbook.models import AccessRecord
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401


def read(town: Town, morning, first, last, *, person=None, session="s1", page="log", filters=None, minutes=0, **more):
    return actions.record_reading(
        actor=person or town.agent, desk=more.pop("desk", town.desk), session_key=session, page=page, filters=filters or {},
        from_number=first, to_number=last, now=morning + timedelta(minutes=minutes), **more,
    )


def ranges(**narrowed) -> list[tuple]:
    return list(AccessRecord.objects.filter(**narrowed).order_by("pk").values_list("from_number", "to_number"))


@pytest.mark.clause("I8")
@pytest.mark.parametrize(
    ("asked", "read_before", "fresh"),
    [
        ((1, 9), [], [(1, 9)]),
        ((1, 9), [(1, 9)], []),
        ((1, 9), [(0, 20)], []),
        ((1, 9), [(1, 4)], [(5, 9)]),
        ((1, 9), [(5, 9)], [(1, 4)]),
        ((1, 9), [(3, 4), (6, 6)], [(1, 2), (5, 5), (7, 9)]),
        ((1, 9), [(8, 30), (0, 2), (1, 3)], [(4, 7)]),
        ((7, 7), [(1, 6), (8, 9)], [(7, 7)]),
    ],
)
def test_what_of_a_range_was_not_read_yet(asked, read_before, fresh) -> None:
    assert rules.not_yet_read(*asked, read_before) == fresh


@pytest.mark.clause("I8")
def test_a_refresh_without_new_entries_leaves_no_record(town: Town, morning) -> None:
    first = read(town, morning, 1, 50)
    assert first is not None and (first.count, first.kind) == (50, "read")
    assert read(town, morning, 1, 50, minutes=1) is None
    assert read(town, morning, 21, 50, minutes=2) is None
    assert read(town, morning, None, None, minutes=3) is None
    assert ranges() == [(1, 50)]


@pytest.mark.clause("I8")
def test_new_entries_leave_a_record_of_just_those(town: Town, morning) -> None:
    read(town, morning, 1, 50)
    read(town, morning, 3, 52, minutes=1)
    read(town, morning, 53, 53, minutes=2)
    assert ranges() == [(1, 50), (51, 52), (53, 53)]
    assert read(town, morning, 1, 53, minutes=3) is None


@pytest.mark.clause("I8")
def test_each_person_session_page_filter_and_desk_has_its_own(town: Town, morning) -> None:
    for more in (
        {}, {"person": town.supervisor}, {"session": "s2"}, {"page": "desk"}, {"filters": {"kind": "repair"}},
        {"desk": town.other_desk},
    ):
        assert read(town, morning, 1, 5, **more) is not None
        assert read(town, morning, 1, 5, **more) is None
    assert AccessRecord.objects.count() == 6


@pytest.mark.clause("I8")
def test_an_empty_page_is_recorded_once(town: Town, morning) -> None:
    assert read(town, morning, None, None) is not None
    assert read(town, morning, None, None, minutes=1) is None
    assert read(town, morning, 1, 1, minutes=2) is not None


@pytest.mark.clause("A20")
def test_filters_keep_no_number_of_a_person_and_the_session_s_key_is_not_kept(town: Town, morning) -> None:
    filters = {"text": "１３８ 0013-8000", "kind": "repair", "place": "5栋1203", "state": "", "day": None}
    made = read(town, morning, 1, 2, session="the-key", filters=filters)
    assert made.filters["text"].startswith("hmac-sha256:") and made.filters["place"] == "5栋1203"
    assert set(made.filters) == {"text", "kind", "place"}
    kept = json.dumps(made.filters) + made.session + made.filter_digest
    assert "8000" not in kept and "the-key" not in kept
    assert read(town, morning, 1, 2, session="the-key", filters=filters | {"text": "13800138000"}) is None


@pytest.mark.clause("A20")
def test_each_export_is_recorded(town: Town, morning) -> None:
    for _ in range(2):
        actions.record_export(
            actor=town.supervisor, desk=town.desk, session_key="s", page="log", filters={"kind": "repair"}, from_number=3,
            to_number=90, count=12, now=morning,
        )
    assert list(AccessRecord.objects.values_list("kind", "count")) == [("export", 12)] * 2
    assert read(town, morning, 3, 90, person=town.supervisor, session="s", filters={"kind": "repair"}, count=12).count == 12


@pytest.mark.clause("I1")
def test_an_access_record_is_never_changed(town: Town, morning, as_owner) -> None:
    made = read(town, morning, 1, 2)
    for attack in (
        lambda: AccessRecord.objects.update(to_number=1), lambda: AccessRecord.objects.all().delete(), made.save, made.delete,
        lambda: AccessRecord.objects.bulk_update([made], ["page"]),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    with as_owner(), pytest.raises(Error, match="part of the record"), transaction.atomic():
        AccessRecord.objects.update(to_number=1)


@pytest.mark.clause("I8")
def test_a_refresh_costs_one_query_when_nothing_is_new(town: Town, morning, django_assert_num_queries) -> None:
    for number in range(1, 30):
        read(town, morning, number, number)
    with django_assert_num_queries(3):  # a savepoint, the look, its release
        assert read(town, morning, 1, 29) is None


@pytest.mark.clause("I8")
def test_what_stands_recorded_is_not_looked_up_again_and_what_does_not_is(
    town: Town, morning, django_assert_num_queries, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        read(town, morning, 5, 9, session="kept")
    with django_assert_num_queries(0):
        assert read(town, morning, 5, 9, session="kept") is None
        assert read(town, morning, 6, 8, session="kept") is None
    for other in ({"session": "another"}, {"session": "kept", "page": "desk"}, {"session": "kept", "person": town.butler}):
        assert read(town, morning, 5, 9, **other) is not None
    assert (read(town, morning, 5, 10, session="kept").from_number, read(town, morning, 1, 9, session="kept").to_number) == (10, 4)


@pytest.mark.clause("I8")
def test_a_reading_that_was_rolled_back_is_recorded_the_next_time(town: Town, morning, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        read(town, morning, 1, 3, session="back")
        raise RuntimeError
    assert read(town, morning, 1, 3, session="back") is not None


@pytest.mark.clause("I8")
def test_two_refreshes_at_once_leave_one_record(place, morning) -> None:  # noqa: F811
    works = [lambda: read(place, morning, 1, 5) and None, lambda: read(place, morning, 2, 5) and None]
    assert together(works * 4) == []
    found = ranges()
    assert [number for first, last in found for number in range(first, last + 1)].count(3) == 1


@pytest.mark.clause("I8")
def test_control_without_the_lock_two_refreshes_leave_two(place, morning, monkeypatch) -> None:  # noqa: F811
    import threading

    both = threading.Barrier(2)
    monkeypatch.setattr("logbook.actions.readings._one_at_a_time", lambda asked: both.wait(20) and None)
    fresh = actions.readings._fresh
    looked = threading.Barrier(2)

    def look_together(*arguments):
        found = fresh(*arguments)
        looked.wait(20)
        return found

    monkeypatch.setattr("logbook.actions.readings._fresh", look_together)
    assert together([lambda: read(place, morning, 1, 5) and None, lambda: read(place, morning, 2, 5) and None]) == []
    assert len(ranges()) == 2


@pytest.mark.clause("I8")
def test_two_empty_pages_at_once_leave_one_record(place, morning) -> None:  # noqa: F811
    assert together([lambda: read(place, morning, None, None) and None] * 6) == []
    assert ranges() == [(None, None)]
