"""The page of a month's days, and how the grid shows them (A6)."""

from datetime import date

import pytest
import time_machine

from desks.models import Choice
from desks.testing import Town, signed_in
from desks.testing_pages import find, text_of, tree
from rosters.models import ShiftNeed, SiteDay
from rosters.tests.scenes import reported


def page(town: Town, month: str, part: str = "agent"):
    return signed_in(getattr(town, part)).get(f"/rosters/{town.desk.slug}/{month}/days/")


@pytest.mark.clause("A6")
def test_each_day_says_its_kind_its_name_and_the_people_needed(town: Town) -> None:
    Choice.objects.create(desk=town.desk, purpose="skill", code="english", label_en="English")
    ShiftNeed.objects.create(desk=town.desk, shift_code="early", on="holiday", people=4)
    ShiftNeed.objects.create(desk=town.desk, shift_code="early", on="holiday", people=1, skill="english")
    SiteDay.objects.create(site=town.site, desk=town.desk, day=date(2026, 10, 20), what="closed", label_en="<b>Painting</b>")
    answer = page(town, "2026-10")
    words = text_of(tree(answer.content.decode()))
    assert answer.status_code == 200
    for said in ("public holiday", "National Day", "make-up working day", "English: 1", "<b>Painting</b>", "closed"):
        assert said in words
    assert "not known here yet" not in words


@pytest.mark.clause("A6")
def test_a_year_that_nobody_knows_is_said_plainly(town: Town) -> None:
    words = text_of(tree(page(town, "2035-10").content.decode()))
    assert "The public holidays of 2035 are not known here yet" in words and "Nothing is guessed" in words
    roster = signed_in(town.supervisor).get(f"/rosters/{town.desk.slug}/2035-10/").content.decode()
    assert "The public holidays of 2035 are not known here yet" in roster


@pytest.mark.clause("I8")
def test_the_page_is_for_who_sees_the_desks_rosters(town: Town) -> None:
    assert page(town, "2026-10", "auditor").status_code == 200
    assert page(town, "2026-10", "administrator").status_code == 403
    assert signed_in(town.away.supervisor).get(f"/rosters/{town.desk.slug}/2026-10/days/").status_code == 404


@pytest.mark.clause("A35")
def test_the_grid_marks_holidays_and_counts_what_the_day_needs(town: Town, morning) -> None:
    address = f"/rosters/{town.desk.slug}/2026-12/"
    with time_machine.travel(morning, tick=False):
        reported(town, morning)
        fewer = len(find(tree(signed_in(town.agent).get(address).content.decode()), "td", title="fewer than needed"))
        SiteDay.objects.create(site=town.site, day=date(2026, 12, 8), what="holiday", label_en="Founding day")
        for code in ("early", "late"):
            ShiftNeed.objects.create(desk=town.desk, shift_code=code, on="holiday", people=9)
        root = tree(signed_in(town.agent).get(address).content.decode())
    (head,) = find(root, "th", title="public holiday: Founding day")
    assert text_of(head).split()[-1] == "PH" and dict(head.attributes)["class"] == "we"
    assert len(find(root, "td", title="fewer than needed")) == fewer + 1
