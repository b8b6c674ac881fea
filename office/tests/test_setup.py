"""Setting up: each save is one act with its history row, its reason and its entry (A6, A18, I9)."""

from datetime import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from desks.models import ChecklistTemplate, Choice, Desk, DeskSettings, EntryKind, OpeningHours, Site
from desks.queries import checklist_items, choices_of
from desks.refusal import Refused
from desks.testing import Town, signed_in
from desks.wording import worded
from logbook.actions import open_watch, record_entry
from logbook.models import Entry
from office import actions


def _last(**where) -> Entry:
    return Entry.objects.filter(**where).latest("number")


def _change(town: Town, row, now, reason: str = "新规定", **changes):
    return actions.change_settings(actor=town.administrator, row=row, changes=changes, reason=reason, now=now)


@pytest.mark.clause("A6")
def test_a_setting_changes_with_history_and_an_entry_that_says_from_what_to_what(town: Town, morning) -> None:
    settings = town.desk.settings
    _change(town, settings, morning, inspection_time=time(9, 0), roster_day=24)
    assert DeskSettings.objects.get(pk=settings.pk).inspection_time == time(9, 0)
    row = settings.history.latest("history_id")
    assert (row.history_user, row.history_change_reason, row.history_date) == (town.administrator, "新规定", morning)
    entry = _last(book__site=town.site, book__desk=None)
    assert worded(entry.code, entry.fields, town.site).startswith("Front: changed (settings of the desk). ")
    assert entry.code == "desksettings_changed_of_desk" and entry.author == town.administrator
    assert "09:30 → 09:00" in entry.fields["changes"] and "25 → 24" in entry.fields["changes"]
    assert entry.fields["because"] == "新规定"


@pytest.mark.clause("I9")
def test_a_change_has_a_reason_and_no_change_leaves_nothing(town: Town, morning) -> None:
    with pytest.raises(Refused) as refused:
        _change(town, town.desk.settings, morning, reason=" ", roster_day=24)
    assert refused.value.field == "reason"
    _change(town, town.desk.settings, morning, reason="", roster_day=25)
    assert town.desk.settings.history.count() == 1 and not Entry.objects.exists()


@pytest.mark.clause("A18")
def test_a_new_wording_is_a_new_version_and_the_old_one_stays(town: Town, morning) -> None:
    old = choices_of(town.desk, "refusal_ground").get(code="untidy")
    new = _change(town, old, morning, label_zh_hans="前台不整洁", position=9)
    old.refresh_from_db()
    assert (old.current, old.label_zh_hans, old.position) == (False, "前台环境不整洁", 3)
    assert (new.version, new.current, new.label_zh_hans, new.position) == (2, True, "前台不整洁", 9)
    assert _last(book__site=town.site, book__desk=None).fields["version"] == "2"
    with pytest.raises(Refused):
        _change(town, old, morning, label_en="x")
    with pytest.raises(Refused) as refused:
        _change(town, old, morning, current=True)
    assert refused.value.field == "current"
    assert _change(town, new, morning, label_en="Untidy").version == 3


def test_what_is_no_wording_changes_in_place_and_a_row_goes_out_of_use_and_back(town: Town, morning) -> None:
    kind = EntryKind.objects.get(desk=town.desk, code="repair", current=True)
    assert _change(town, kind, morning, due_minutes=60).pk == kind.pk
    _change(town, kind, morning, current=False)
    _change(town, kind, morning, current=True)
    assert EntryKind.objects.filter(desk=town.desk, code="repair").count() == 1


def test_a_reworded_checklist_takes_its_items_along(town: Town, morning) -> None:
    template = ChecklistTemplate.objects.get(desk=town.desk, purpose="inspection", current=True)
    codes = [item.code for item in checklist_items(town.desk, "inspection")]
    _change(town, template, morning, label_en="Walk round")
    assert [item.code for item in checklist_items(town.desk, "inspection")] == codes and len(codes) == 10
    assert template.items.count() == 10, "the old list can still be read"


def test_a_code_that_was_used_before_goes_on_counting(town: Town, morning) -> None:
    old = choices_of(town.desk, "source").get(code="radio")
    fresh = Choice(desk=town.desk, purpose="source", code="radio", label_en="Radio 2")
    with pytest.raises(Refused) as refused:
        actions.add_setup(actor=town.administrator, row=fresh, now=morning)
    assert refused.value.field == "code"
    _change(town, old, morning, current=False)
    assert actions.add_setup(actor=town.administrator, row=fresh, now=morning).version == 2


@pytest.mark.clause("A6")
def test_the_week_is_set_in_one_act(town: Town, morning) -> None:
    week = {day: (time(8), time(22)) for day in range(7)}
    given = {"actor": town.administrator, "desk": town.desk, "now": morning}
    assert actions.set_opening_hours(hours=week, reason="", **given) == 0
    week |= {6: None, 5: (time(9), time(18))}
    with pytest.raises(Refused):
        actions.set_opening_hours(hours=week, reason="", **given)
    assert actions.set_opening_hours(hours=week, reason="周末调整", **given) == 2
    assert not OpeningHours.objects.filter(desk=town.desk, weekday=6).exists()
    assert OpeningHours.history.filter(desk=town.desk, weekday=6, history_type="-", history_user=town.administrator).exists()
    assert "08:00–22:00 → –" in _last(book__site=town.site, book__desk=None).fields["changes"]
    with pytest.raises(Refused):
        actions.set_opening_hours(hours=week | {0: (time(22), time(8))}, reason="x", **given)


def test_a_desk_that_is_held_stays_in_use_and_the_zone_stays_once_entries_exist(town: Town, morning) -> None:
    open_watch(actor=town.butler, desk=town.desk, now=morning)
    with pytest.raises(Refused) as refused:
        _change(town, town.desk, morning, active=False)
    assert refused.value.clause == "A23"
    _change(town, town.other_desk, morning, active=False)
    record_entry(actor=town.agent, desk=town.desk, now=morning, text="x")
    with pytest.raises(Refused):
        _change(town, town.site, morning, timezone="Asia/Tokyo")


# ---- pages of the administration

def _form_of(client, url: str) -> dict:
    """What the browser would send back unchanged."""
    form = client.get(url).context["adminform"].form
    values = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            values |= {bound.html_name: "on"} if value else {}
        elif isinstance(value, list):
            values[bound.html_name] = value
        elif value is not None:
            values[bound.html_name] = bound.field.prepare_value(value)
    return values


def test_a_page_of_settings_saves_by_the_act_and_refuses_what_does_not_fit(town: Town) -> None:
    client = signed_in(town.administrator)
    url = reverse("admin:desks_desksettings_change", args=[town.desk.settings.pk])
    form = _form_of(client, url)
    for wrong, field in [
        ({"roster_day": "29"}, "roster_day"), ({"roster_day": "0"}, "roster_day"), ({"roster_reminder_day": "26"}, "roster_reminder_day"),
        ({"inspection_time": "25:00"}, "inspection_time"), ({"arrival_lead_minutes": "1441"}, "arrival_lead_minutes"),
        ({"duty_roles": ["project_head"]}, "duty_roles"), ({"secret_attempts": "2"}, "secret_attempts"),
        ({"take_back_seconds": "31"}, "take_back_seconds"), ({"roster_day": "24", "reason": ""}, "reason"),
        ({"stopping_kinds": ["nothing"]}, "stopping_kinds"), ({"refusal_minutes": "0"}, "refusal_minutes"),
    ]:
        answer = client.post(url, form | {"reason": "x"} | wrong)
        assert answer.status_code == 422, wrong
        assert field in answer.context["adminform"].form.errors, wrong
    assert not Entry.objects.exists()
    answer = client.post(url, form | {"inspection_time": "09:15", "stopping_kinds": ["emergency"], "reason": "早班提前"})
    assert answer.status_code == 302
    assert DeskSettings.objects.get(desk=town.desk).inspection_time == time(9, 15)
    assert DeskSettings.objects.get(desk=town.desk).stopping_kinds == ["emergency"]
    assert DeskSettings.objects.get(desk=town.desk).duty_roles == ["agent", "butler"]
    assert Entry.objects.get().fields["changes"].count("→") == 2
    history = client.get(reverse("admin:desks_desksettings_history", args=[town.desk.settings.pk])).content.decode()
    assert "早班提前" in history and "09:30 → 09:15" in history


def test_the_page_of_a_choice_makes_a_new_version_and_the_old_page_is_only_read(town: Town) -> None:
    client = signed_in(town.administrator)
    choice = choices_of(town.desk, "source").first()
    url = reverse("admin:desks_choice_change", args=[choice.pk])
    assert client.post(url, _form_of(client, url) | {"label_en": "<b>Call</b>", "reason": "改名"}).status_code == 302
    assert choices_of(town.desk, "source").get(code=choice.code).version == 2
    assert client.post(url, {"label_en": "again", "reason": "x"}).status_code == 403
    listed = client.get(reverse("admin:desks_choice_changelist")).content.decode()
    assert "&lt;b&gt;Call" in listed and "<b>Call" not in listed


def test_a_desk_is_added_with_a_preset_and_its_pages_lead_on(town: Town) -> None:
    client = signed_in(town.administrator)
    form = {"site": town.site.pk, "slug": "taikoo-night", "label_en": "Night", "active": "on", "preset": "service-centre"}
    assert client.post(reverse("admin:desks_desk_add"), form).status_code == 302
    desk = Desk.objects.get(slug="taikoo-night")
    assert desk.settings.duty_roles and EntryKind.objects.filter(desk=desk).exists()
    told = [(entry.code, entry.book.desk) for entry in Entry.objects.order_by("pk")]
    assert told == [("desk_added", None), ("preset_loaded_of_desk", None), ("book_begun", desk)]
    page = client.get(reverse("admin:desks_desk_change", args=[desk.pk])).content.decode()
    assert reverse("admin:desks_desk_hours", args=[desk.pk]) in page
    hours = reverse("admin:desks_desk_hours", args=[desk.pk])
    form = {name: bound.value() for name, bound in ((bound.html_name, bound) for bound in client.get(hours).context["form"])}
    form = {name: f"{value:%H:%M}" if value else "" for name, value in form.items()} | {"reason": "夜间"}
    assert client.post(hours, form | {"opens_0": "", "closes_0": "22:00"}).status_code == 422
    assert client.post(hours, form | {"opens_0": "", "closes_0": ""}).status_code == 302
    assert OpeningHours.objects.filter(desk=desk).count() == 6
    again = client.post(reverse("admin:desks_desk_preset", args=[desk.pk]), {"preset": "service-centre"})
    assert again.status_code == 422, "it is set up already"
    bare = Desk.objects.create(site=town.site, slug="bare", label_en="Bare")
    assert client.post(reverse("admin:desks_desk_preset", args=[bare.pk]), {"preset": "service-centre"}).status_code == 302
    assert client.post(reverse("admin:desks_desk_add"), form | {"slug": "Bad Slug"}).status_code == 422


def test_the_operator_adds_a_site_and_its_book_begins(town: Town) -> None:
    client = signed_in(town.operator)
    form = {"code": "new-site", "label_en": "New", "timezone": "Asia/Hong_Kong"}
    assert client.post(reverse("admin:desks_site_add"), form | {"timezone": "Mars/Base"}).status_code == 422
    assert client.post(reverse("admin:desks_site_add"), form).status_code == 302
    assert _last(book__site=Site.objects.get(code="new-site")).code == "site_added"


def test_a_list_costs_the_same_however_long_it_is(town: Town) -> None:
    client = signed_in(town.administrator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(reverse("admin:desks_choice_changelist"))
        return len(context)

    queries()
    few = queries()
    for number in range(30):
        Choice.objects.create(desk=town.desk, purpose="stock_phrase", code=f"phrase{number}", label_en="x")
    assert queries() == few


@pytest.mark.clause("A6")
def test_the_command_loads_a_preset_once_and_by_somebody_of_the_site(town: Town) -> None:
    desk = Desk.objects.create(site=town.site, slug="taikoo-gate", label_en="Gate")
    told = {"desk": desk.slug, "login": town.administrator.login}
    with pytest.raises(CommandError):
        call_command("load_preset", "service-centre", **(told | {"login": town.supervisor.login}))
    with pytest.raises(CommandError):
        call_command("load_preset", "service-centre", **(told | {"login": town.away.administrator.login}))
    for words in ("loaded.", "nothing was changed"):
        said = StringIO()
        call_command("load_preset", "service-centre", stdout=said, **told)
        assert words in said.getvalue()
    desk.refresh_from_db()
    assert desk.preset == "service-centre"
    assert Entry.objects.get(book__desk=desk).code == "book_begun"
    entry = Entry.objects.get(book__site=town.site, book__desk=None, code="preset_loaded_of_desk")
    assert entry.author == town.administrator
    with translation.override("zh-hans"):
        assert "服务中心" in worded(entry.code, entry.fields, desk)
