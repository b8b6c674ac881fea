"""The administration of one site: nothing of another site exists in it, and nothing is deleted (I8, I9)."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.urls import reverse
from django.utils import translation

from desks.models import (
    ActingSupervisor,
    ChecklistItem,
    ChecklistTemplate,
    Choice,
    Coded,
    Desk,
    DeskSettings,
    Employer,
    EntryKind,
    KindField,
    Membership,
    Person,
    Site,
)
from desks.testing import Town, signed_in

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def _url(model: type, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_only_the_set_up_stands_in_the_administration() -> None:
    ground = {
        ActingSupervisor, ChecklistItem, ChecklistTemplate, Choice, Desk, DeskSettings, Employer, EntryKind, KindField, Membership,
        Person, Site,
    }
    assert ground <= set(MODELS)
    other = {model._meta.label for model in MODELS if model not in ground and not issubclass(model, Coded)}
    assert other == {"escalations.CallStep", "logbook.Witness", "rosters.ShiftNeed", "rosters.SiteDay"}, "no record, no log"


def _rows(model: type, town: Town) -> tuple[list, list]:
    """The ids of the own site's rows, and of the other site's."""
    registered = admin.site._registry[model]
    path = "memberships__site" if model is Person else registered.site_path
    found = []
    for site in (town.site, town.away.site):
        rows = model._default_manager.filter(**{path: site}) if path else model._default_manager.filter(pk=site.pk)
        found.append(list(rows.values_list("pk", flat=True).distinct()[:3]))
    return found[0], found[1]


@pytest.mark.clause("I8")
@pytest.mark.parametrize("model", [m for m in MODELS if m is not Employer], ids=lambda model: model._meta.model_name)
def test_every_address_of_another_site_s_object_answers_404(town: Town, morning, model: type) -> None:
    from datetime import timedelta

    from desks.presets import fill_desk
    from logbook.actions import add_witness
    from office.actions import add_setup, name_acting_supervisor

    for place in (town, town.away):
        # The front desk has no rounds: this preset lays what the front desk's does not.
        fill_desk(Desk.objects.create(site=place.site, slug=f"{place.site.code}-duty-room", label_en="Duty room"), "engineering")
        add_witness(actor=place.administrator, site=place.site, name="Notary", address="notary@example.com", now=morning)
        name_acting_supervisor(
            actor=place.supervisor, site=place.site, person=place.butler, rights=["inspection.do"], starts_at=morning,
            ends_at=morning + timedelta(days=1), now=morning,
        )
        needed = {"desk": place.desk, "shift_code": "early", "on": "holiday", "people": 1}
        for name, values in (("ShiftNeed", needed), ("SiteDay", {"site": place.site, "day": morning.date(), "what": "holiday"})):
            add_setup(actor=place.administrator, row=apps.get_model("rosters", name)(**values), now=morning)
    own, others = _rows(model, town)
    assert own and others
    client = signed_in(town.administrator)
    listed = client.get(_url(model, "changelist"))
    assert listed.status_code == 200
    seen = set(listed.context["cl"].queryset.values_list("pk", flat=True))
    assert set(own) <= seen and not set(others) & seen
    assert "Away" not in listed.content.decode()
    assert client.get(_url(model, "change", own[0])).status_code == 200
    assert client.get(_url(model, "history", own[0])).status_code == 200
    pages = ["change", "delete", "history"]
    pages += {Desk: ["hours", "preset"], Person: ["account"]}.get(model, [])
    for pk in others:
        for page in pages:
            for method in (client.get, client.post):
                assert method(_url(model, page, pk)).status_code == 404, page
        assert client.get(_url(model, "change", pk).removesuffix("change/")).status_code in {301, 302, 404}
    for pk in own:
        assert client.post(_url(model, "delete", pk), {"post": "yes"}).status_code == 404, "nobody deletes"
    assert client.post(_url(model, "changelist"), {"action": "delete_selected", "_selected_action": own}).status_code in {200, 302}
    assert model._default_manager.filter(pk__in=[*own, *others]).count() == len(own) + len(others)


@pytest.mark.clause("I8")
@pytest.mark.parametrize("part", ["agent", "butler", "supervisor", "head", "auditor", "nobody"])
def test_other_roles_do_not_enter(town: Town, part: str) -> None:
    person = getattr(town, part)
    for client in (signed_in(person),):
        assert client.get("/admin/", follow=True).status_code == 403
    Person.objects.filter(pk=person.pk).update(is_staff=True)
    client = signed_in(Person.objects.get(pk=person.pk))
    for model in MODELS:
        assert client.get(_url(model, "changelist")).status_code == 403, "the mark alone opens nothing"
        assert client.post(_url(model, "add"), {}).status_code == 403


@pytest.mark.clause("I8")
def test_the_forms_offer_and_take_nothing_of_another_site(town: Town) -> None:
    client = signed_in(town.administrator)
    for model in (Membership, EntryKind, Desk, ChecklistItem, Person):
        page = client.get(_url(model, "add")).content.decode()
        assert "Away" not in page and town.away.agent.login not in page, model
    kind = {"code": "new", "label_en": "New", "urgency": "normal", "due_minutes": 5, "due_minutes_urgent": 5, "position": 1}
    assert client.post(_url(EntryKind, "add"), kind | {"desk": town.away.desk.pk}).status_code == 422
    member = {"person": town.agent.pk, "site": town.away.site.pk, "role": "supervisor"}
    assert client.post(_url(Membership, "add"), member).status_code == 422
    mixed = {
        "person": town.agent.pk, "site": town.site.pk, "desk": town.away.desk.pk, "role": "supervisor",
        "starts_at_0": "2026-11-24", "starts_at_1": "09:00",
    }
    assert client.post(_url(Membership, "add"), mixed).status_code == 422
    assert client.post(_url(Membership, "add"), mixed | {"desk": "", "person": town.away.agent.pk}).status_code == 422
    assert client.post(_url(Desk, "add"), {"site": town.away.site.pk, "slug": "x", "preset": "service-centre"}).status_code == 422
    assert client.get(_url(Site, "add")).status_code == 403, "sites are the operator's"
    assert not EntryKind.objects.filter(code="new").exists()


@pytest.mark.clause("I8")
def test_the_operator_sees_all_sites_but_no_log(town: Town) -> None:
    client = signed_in(town.operator)
    for model in MODELS:
        assert client.get(_url(model, "changelist")).status_code == 200
    assert client.get(_url(Desk, "change", town.away.desk.pk)).status_code == 200
    assert client.get(f"/office/{town.desk.slug}/briefing/").status_code == 404
    assert client.get(f"/log/{town.desk.slug}/").status_code == 404


@pytest.mark.clause("I8")
def test_an_ended_administrator_sees_nothing(town: Town, morning) -> None:
    from django.utils import timezone

    Membership.objects.filter(person=town.administrator).update(ends_at=timezone.now())
    client = signed_in(town.administrator)
    assert client.get(_url(Desk, "changelist")).status_code == 403


def test_signing_in_and_out_is_the_one_page_s(town: Town, client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/sign-in/?next=/admin/")
    both = signed_in(town.administrator, town.agent)
    both.post("/admin/logout/")
    assert both.session["_auth_user_id"] == str(town.agent.pk), "only the actor signs out"
    assert signed_in(town.administrator).get("/admin/password_change/")["Location"] == "/profile/password/"


def test_the_administration_speaks_the_reader_s_language(town: Town) -> None:
    client = signed_in(town.administrator)
    page = client.get("/admin/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert 'lang="zh-hans"' in page and "duty_desk/admin.css" in page


def test_every_column_and_field_of_the_administration_has_a_chinese_name() -> None:
    with translation.override("zh-hans"):
        for model, page in admin.site._registry.items():
            shown = [name for name in page.list_display if isinstance(name, str)]
            for name in shown:
                assert not str(label_for_field(name, model, page)).isascii(), (model, name)
            for field in model._meta.fields:
                assert not field.editable or field.primary_key or not str(field.verbose_name).isascii(), (model, field.name)
