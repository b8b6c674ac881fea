"""A message code and its values become a sentence on reading (I11)."""

import pytest
from django.utils import translation

from desks.hooks import messages
from desks.testing import Town
from desks.wording import in_each_language, listed, name_of, worded


@pytest.fixture(autouse=True)
def own_messages(monkeypatch) -> None:
    monkeypatch.setattr(messages, "_things", dict(messages._things))
    messages.register("test_due", "%(what)s is due %(due_at)s, 100%% sure, on %(day_on)s")


@pytest.mark.clause("I11")
def test_moments_and_days_are_written_in_the_place_s_zone(town: Town) -> None:
    fields = {"what": "漏水", "due_at": "2026-11-24T16:30:00+00:00", "day_on": "2026-11-25"}
    assert worded("test_due", fields, town.desk) == (
        "漏水 is due Wed 25 Nov 2026 00:30, 100% sure, on Wed 25 Nov 2026"
    )
    with translation.override("zh-hans"):
        assert "漏水" in worded("test_due", fields, town.site)


def test_a_month_is_written_out(town: Town) -> None:
    messages.register("test_month", "roster of %(month)s")
    assert worded("test_month", {"month": "2026-12"}, town.desk) == "roster of Dec 2026"
    assert worded("test_month", {"month": "=1+1"}, town.desk) == "roster of =1+1"
    with translation.override("zh-hans"):
        assert worded("test_month", {"month": "2026-12"}, town.desk) == "roster of 2026年12月"


def test_missing_and_broken_values_never_hide_the_rest(town: Town) -> None:
    assert worded("test_due", {"what": "%(due_at)s", "due_at": "soon"}, town.desk) == (
        "%(due_at)s is due soon, 100% sure, on –"
    )
    assert worded("a_code_of_old", {"a": "1", "b": "2"}, town.desk) == "a_code_of_old · 1 · 2"


def test_places_and_people_are_called_as_the_reader_s_language_does(town: Town) -> None:
    town.desk.label_zh_hans, town.desk.label_zh_hant = "前台", ""
    fields = in_each_language("what", town.desk) | name_of("due_at", town.agent)
    messages.register("test_names", "%(what)s %(due_at)s")
    said = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            said[language] = worded("test_names", fields, town.desk)
    assert said == {"en": "Front He Jiayi", "zh-hans": "前台 何嘉怡", "zh-hant": "Front 何嘉怡"}


def test_a_list_of_names_is_read_in_the_reader_s_language(town: Town) -> None:
    fields = listed("missing", [name_of("missing", person) for person in (town.agent, town.butler)])
    messages.register("test_listed", "%(missing)s")
    with translation.override("en"):
        assert worded("test_listed", fields, town.desk) == f"{town.agent.name_latin}, {town.butler.name_latin}"
    with translation.override("zh-hans"):
        assert worded("test_listed", fields, town.desk) == f"{town.agent.name}, {town.butler.name}"
