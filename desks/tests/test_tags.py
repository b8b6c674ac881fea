"""Words and small parts of every page: times of the site, masked phones, tags, the actor's field."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.test.html import parse_html
from django.utils.safestring import mark_safe

from desks.models import Person
from desks.templatetags import desks_tags as tags
from desks.templatetags.desks_tags import changed_value, labelled, strong_value

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE_EVENING_UTC = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load desks_tags %}" + source).render(Context(context))


@pytest.mark.clause("I11")
def test_times_are_the_sites_24_hours_and_days_say_their_weekday() -> None:
    assert tags.local_time(LATE_EVENING_UTC, SHANGHAI) == "00:05"
    assert tags.local_date(LATE_EVENING_UTC, SHANGHAI) == "Tue 24 Nov 2026", "the site's day, not the day in UTC"
    assert tags.local_moment(LATE_EVENING_UTC, SHANGHAI) == "Tue 24 Nov 2026 00:05"
    assert tags.local_date(date(2026, 11, 24)) == "Tue 24 Nov 2026"
    assert tags.short_date(LATE_EVENING_UTC, SHANGHAI) == "Tue 24 Nov"
    assert tags.local_month(date(2026, 12, 1)) == "Dec 2026"
    assert tags.local_time(None) == tags.local_date(None) == tags.local_moment(None) == tags.relative_time(None) == ""


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=28), "1 hour 28 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(days=1, hours=3, minutes=9), "1 day 3 hours"),
        (-timedelta(minutes=32), "32 minutes"),
        (600, "10 minutes"),
        (None, ""),
    ],
)
def test_an_amount_of_time_is_said_in_its_two_largest_units(amount: object, words: str) -> None:
    assert tags.duration(amount) == words


@pytest.mark.parametrize(
    ("distance", "words"),
    [(timedelta(seconds=59), "now"), (timedelta(minutes=60), "in 1 hour"), (-timedelta(minutes=32), "32 minutes ago")],
)
def test_relative_time_says_the_exact_one_on_hover(distance: timedelta, words: str) -> None:
    with time_machine.travel(LATE_EVENING_UTC, tick=False):
        element = parse_html(tags.relative_time(LATE_EVENING_UTC + distance, SHANGHAI))
    attributes = dict(element.attributes)
    assert element.children == [words]
    assert attributes["title"].endswith(tags.local_time(LATE_EVENING_UTC + distance, SHANGHAI))
    assert datetime.fromisoformat(attributes["datetime"]) == LATE_EVENING_UTC + distance


@pytest.mark.clause("I8")
@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800138000", "138****8000"), ("020-83812517", "020****2517"), ("12345", "***45"), ("7", "7"), ("", ""), (None, "")],
)
def test_a_masked_phone_shows_its_ends_alone(number: str, shown: str) -> None:
    assert tags.masked_phone(number) == shown


def test_words_in_a_tag_are_shown_as_text() -> None:
    html = render('{% tag "bad" words %}', words="<script>alert(1)</script>")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'class="tag bad"' in html


def test_a_state_is_word_and_shape_beside_the_colour() -> None:
    for tone in ("good", "bad", "warn", "info"):
        assert "<use" in tags.tag(tone, "word"), f"{tone} has a shape"


def test_every_icon_that_a_template_names_is_drawn() -> None:
    import re

    from django.conf import settings

    drawn = set(re.findall(r'id="([a-z-]+)"', (settings.BASE_DIR / "static/duty_desk/icons.svg").read_text()))
    named: set[str] = set(tags.TAG_ICONS.values())
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = path.read_text()
        named |= set(re.findall(r"""{% icon ["']([a-z-]+)["']""", text))
        named |= set(re.findall(r'icon_name="([a-z-]+)"', text))
    assert named <= drawn, f"not drawn: {sorted(named - drawn)}"


@pytest.mark.clause("I9")
def test_the_actors_field_names_the_actor_and_nobody_before_signing_in() -> None:
    request = RequestFactory().get("/")
    request.user = Person(pk=7, name="周敏")
    element = parse_html(render("{% actor_field %}", request=request))
    assert dict(element.attributes)["value"] == "7"
    request.user = SimpleNamespace(is_authenticated=False)
    assert render("{% actor_field %}", request=request) == ""


def test_a_label_and_its_value_are_escaped_unless_somebody_has_marked_them() -> None:
    assert labelled("<b>", "<i>") == "&lt;b&gt;: &lt;i&gt;" and labelled("Price", mark_safe("<mark>1</mark>")) == "Price: <mark>1</mark>"
    assert strong_value("<b>", "<i>") == "&lt;b&gt;: <b>&lt;i&gt;</b>" and strong_value("Tick", "") == "Tick" == labelled("Tick", "")
    assert changed_value("<b>", "<i>", "2") == "&lt;b&gt;: <s>&lt;i&gt;</s> → <b>2</b>" and changed_value("Price", "", "2") == "Price: <b>2</b>"
