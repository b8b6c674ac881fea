"""People and their roles: begun and ended, never rewritten; nobody raises themselves (A6, A29, I8, I9)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from desks import binding
from desks.models import Employer, Membership, Person, Role
from desks.permissions import forget, may
from desks.refusal import Refused
from desks.testing import PASSWORD, PIN, Town, signed_in
from desks.wording import worded
from logbook.actions import open_watch
from logbook.models import Entry
from office import actions

NEW = "first-horse-99"


def _begin(town: Town, now, **changes) -> Membership:
    given = {
        "actor": town.administrator, "person": town.agent, "site": town.site, "desk": None, "role": Role.SUPERVISOR,
        "starts_at": now, "now": now,
    }
    return actions.begin_membership(**(given | changes))


@pytest.mark.clause("I9")
def test_a_role_is_begun_and_ended_each_with_history_and_entry(town: Town, morning) -> None:
    row = _begin(town, morning)
    assert may(town.agent, "roster.review", site=town.site, now=morning)
    row = actions.end_membership(
        actor=town.administrator, membership=row, ends_at=morning + timedelta(days=1), reason="轮岗", now=morning
    )
    forget(town.agent)
    assert may(town.agent, "roster.review", site=town.site, now=morning + timedelta(hours=23))
    assert not may(town.agent, "roster.review", site=town.site, now=morning + timedelta(days=1))
    assert row.history.latest("history_id").history_change_reason == "轮岗"
    codes = Entry.objects.filter(book__site=town.site, book__desk=None).order_by("number").values_list("code", flat=True)
    assert list(codes) == ["membership_begun", "membership_ended"]


@pytest.mark.clause("I9")
@pytest.mark.parametrize(
    "changes,field",
    [
        ({"person": "administrator"}, "person"), ({"desk": "away"}, "desk"), ({"days": -1}, "starts_at"), ({"twice": 1}, "role"),
    ],
)
def test_what_may_not_begin(town: Town, morning, changes: dict, field: str) -> None:
    if "twice" in changes:
        _begin(town, morning)
    given = {}
    if "person" in changes:
        given["person"] = getattr(town, changes["person"])
    if "desk" in changes:
        given["desk"] = town.away.desk
    if "days" in changes:
        given["starts_at"] = morning + timedelta(days=changes["days"])
    with pytest.raises(Refused) as refused:
        _begin(town, morning, **given)
    assert refused.value.field == field


@pytest.mark.clause("I9")
def test_a_role_does_not_end_in_retrospect_nor_twice_nor_the_last_administrator_s(town: Town, morning) -> None:
    row = _begin(town, morning)
    act = {"actor": town.administrator, "now": morning + timedelta(hours=2), "reason": "x"}
    with pytest.raises(Refused) as refused:
        actions.end_membership(membership=row, ends_at=morning + timedelta(hours=1), **act)
    assert refused.value.field == "ends_at"
    actions.end_membership(membership=row, ends_at=morning + timedelta(hours=2), **act)
    with pytest.raises(Refused):
        actions.end_membership(membership=row, ends_at=morning + timedelta(hours=3), **act)
    last = Membership.objects.get(person=town.administrator)
    with pytest.raises(Refused):
        actions.end_membership(membership=last, ends_at=morning + timedelta(hours=3), **act)


@pytest.mark.clause("A29")
def test_a_new_person_signs_in_once_with_what_they_were_given(town: Town, client, morning) -> None:
    admin = signed_in(town.administrator)
    url = reverse("admin:desks_person_add")
    form = {
        "login": "taikoo-new", "name": "林小雨", "site": town.site.pk, "desk": town.desk.pk, "role": "agent", "password": NEW,
        "phone": "13900000000",
    }
    assert admin.post(url, form | {"password": "123"}).status_code == 422
    assert admin.post(url, form | {"password": ""}).status_code == 422
    assert admin.post(url, form | {"desk": town.away.desk.pk}).status_code == 422
    assert not Person.objects.filter(login="taikoo-new").exists()
    assert admin.post(url, form).status_code == 302
    assert admin.post(url, form).status_code == 422, "the sign-in name stands already"
    person = Person.objects.get(login="taikoo-new")
    assert person.password_is_one_time and not person.has_pin and not person.is_staff
    assert may(person, "log.write", desk=town.desk)
    entries = Entry.objects.filter(book__site=town.site, book__desk=None)
    assert {entry.code for entry in entries} == {"person_added_of_desk", "membership_begun_of_desk"}
    assert all(worded(entry.code, entry.fields, town.site).startswith("Front: 林小雨") for entry in entries)
    assert not Entry.objects.filter(book__desk=town.desk).exists(), "the desk's book is for the desk's work"
    assert "13900000000" not in str([entry.fields for entry in entries])
    assert client.post("/sign-in/", {"login": "taikoo-new", "secret": NEW}).status_code == 302
    assert client.get("/")["Location"] == "/profile/password/"


def test_data_of_a_person_change_without_standing_in_the_log(town: Town) -> None:
    client = signed_in(town.administrator)
    url = reverse("admin:desks_person_change", args=[town.agent.pk])
    form = {"name": town.agent.name, "name_latin": town.agent.name_latin, "employer": town.agent.employer_id}
    form |= {"employee_number": town.agent.employee_number, "email": "", "language": ""}
    assert client.post(url, form | {"phone": "13811112222"}).status_code == 422, "a reason is asked for"
    assert client.post(url, form | {"phone": "13811112222", "reason": "换号"}).status_code == 302
    assert Person.objects.get(pk=town.agent.pk).phone == "13811112222"
    entry = Entry.objects.get(code="person_changed")
    assert entry.fields["changes"] == "phone" and "1381" not in str(entry.fields)
    page = client.get(url).content.decode()
    assert "password" not in page.replace("password_change", "").lower().split("<form", 2)[-1].split("</form>")[0]
    forged = form | {"phone": "1", "reason": "x", "is_superuser": "on", "is_staff": "on", "pin": "x", "password": "forged-horse"}
    client.post(url, forged)
    person = Person.objects.get(pk=town.agent.pk)
    assert not person.is_superuser and not person.is_staff and person.check_password(PASSWORD)
    assert client.post(url, form | {"employee_number": town.butler.employee_number, "reason": "x"}).status_code == 422


@pytest.mark.clause("I8")
def test_who_also_belongs_elsewhere_and_the_operator_are_out_of_reach(town: Town, morning) -> None:
    Membership.objects.create(person=town.agent, site=town.away.site, role="agent", starts_at=morning)
    Membership.objects.create(person=town.operator, site=town.site, role="agent", starts_at=morning)
    client = signed_in(town.administrator)
    url = reverse("admin:desks_person_change", args=[town.agent.pk])
    assert client.get(url).status_code == 200 and client.post(url, {"name": "x", "reason": "x"}).status_code == 403
    account = reverse("admin:desks_person_account", args=[town.agent.pk])
    assert client.post(account, {"act": "password", "password": NEW}).status_code == 404
    assert client.get(reverse("admin:desks_person_change", args=[town.operator.pk])).status_code == 404
    for person in (town.agent, town.operator):
        with pytest.raises(Refused):
            actions.set_one_time_password(actor=town.administrator, person=person, password=NEW, now=morning)
    actions.set_one_time_password(actor=town.operator, person=town.agent, password=NEW, now=morning)


@pytest.mark.clause("A29")
def test_a_password_is_given_a_lock_taken_away_and_never_one_s_own(town: Town, morning) -> None:
    Person.objects.filter(pk=town.agent.pk).update(locked_until=timezone.now() + timedelta(minutes=10), secret_failures=3)
    client = signed_in(town.administrator)
    account = reverse("admin:desks_person_account", args=[town.agent.pk])
    assert client.get(account).status_code == 200
    assert client.post(account, {"act": "unlock"}).status_code == 302
    assert binding.confirm(town.agent, PIN, now=timezone.now()).method == "pin"
    assert client.post(account, {"act": "password", "password": "123"}).status_code == 422
    assert client.post(account, {"act": "password", "password": NEW}).status_code == 302
    person = Person.objects.get(pk=town.agent.pk)
    assert person.password_is_one_time and person.pin == town.agent.pin, "the PIN is its owner's"
    own = reverse("admin:desks_person_account", args=[town.administrator.pk])
    assert client.post(own, {"act": "password", "password": NEW}).status_code == 422
    assert client.post(own, {"act": "end", "reason": "x"}).status_code == 422
    codes = set(Entry.objects.filter(book__site=town.site).values_list("code", flat=True))
    assert codes == {"person_unlocked", "password_given"} and NEW not in str(list(Entry.objects.values_list("fields", flat=True)))


def test_who_leaves_has_no_role_and_no_sign_in_and_is_still_named(town: Town, client, morning) -> None:
    watch = open_watch(actor=town.agent, desk=town.desk, now=morning)
    admin = signed_in(town.administrator)
    account = reverse("admin:desks_person_account", args=[town.agent.pk])
    assert admin.post(account, {"act": "end", "reason": "离职"}).status_code == 422, "on duty"
    from logbook.actions import close_watch

    close_watch(actor=town.agent, watch=watch, now=morning)
    assert admin.post(account, {"act": "end", "reason": ""}).status_code == 422
    assert admin.post(account, {"act": "end", "reason": "离职"}).status_code == 302
    person = Person.objects.get(pk=town.agent.pk)
    assert not person.is_active and not may(person, "log.write", desk=town.desk)
    assert client.post("/sign-in/", {"login": person.login, "secret": PASSWORD}).status_code == 422
    assert admin.get(account).status_code == 404
    assert admin.get(reverse("admin:desks_person_change", args=[person.pk])).status_code == 200


def test_a_role_on_the_page_of_the_administration(town: Town) -> None:
    client = signed_in(town.administrator)
    url = reverse("admin:desks_membership_add")
    today = timezone.now().astimezone(town.site.zone)
    form = {"person": town.butler.pk, "site": town.site.pk, "desk": "", "role": "site_administrator"}
    form |= {"starts_at_0": f"{today:%Y-%m-%d}", "starts_at_1": "00:00", "ends_at_0": "", "ends_at_1": ""}
    assert client.post(url, form | {"person": town.administrator.pk}).status_code == 422
    assert client.post(url, form).status_code == 302
    row = Membership.objects.get(person=town.butler, role="site_administrator")
    assert row.starts_at.astimezone(town.site.zone).hour == 0, "the site's wall clock"
    assert Person.objects.get(pk=town.butler.pk).is_staff
    change = reverse("admin:desks_membership_change", args=[row.pk])
    tomorrow = f"{today + timedelta(days=1):%Y-%m-%d}"
    assert client.post(change, {"ends_at_0": tomorrow, "ends_at_1": "12:00", "reason": ""}).status_code == 422
    assert client.post(change, {"ends_at_0": tomorrow, "ends_at_1": "12:00", "reason": "交接", "role": "auditor"}).status_code == 302
    row.refresh_from_db()
    assert row.ends_at.astimezone(town.site.zone).hour == 12 and row.role == "site_administrator"
    ended = Membership.objects.create(
        person=town.nobody, site=town.site, role="auditor", starts_at=row.starts_at - timedelta(days=9), ends_at=row.starts_at
    )
    assert client.post(reverse("admin:desks_membership_change", args=[ended.pk]), {"reason": "x"}).status_code == 403
    assert Employer.objects.exists()


@pytest.mark.clause("I11")
def test_the_entry_of_a_role_is_read_in_the_reader_s_language(town: Town, morning) -> None:
    _begin(town, morning, ends_at=morning + timedelta(days=2))
    entry = Entry.objects.get(code="membership_begun_until")
    for language, words in (("en", "the role supervisor holds"), ("zh-hans", "角色 客服主管 自"), ("zh-hant", "角色 客服主管 自")):
        with translation.override(language):
            assert words in worded(entry.code, entry.fields, town.site)


@pytest.mark.clause("A18")
def test_a_role_at_a_desk_stands_in_the_site_s_book_and_names_the_desk(town: Town, morning) -> None:
    town.desk.label_zh_hans = "前台"
    town.desk.save()
    row = actions.begin_membership(
        actor=town.administrator, person=town.colleague, site=town.site, desk=town.desk, role=Role.SUPERVISOR, starts_at=morning, now=morning,
        ends_at=morning + timedelta(days=3650),
    )
    actions.end_membership(actor=town.administrator, membership=row, ends_at=morning + timedelta(days=1), reason="轮岗", now=morning)
    begun, ended = Entry.objects.order_by("pk")
    assert {entry.book.desk_id for entry in (begun, ended)} == {None} and begun.book.site == town.site
    assert worded(begun.code, begun.fields, town.site).startswith("Front: Huang Zhiqiang has the role supervisor from")
    with translation.override("zh-hans"):
        assert "前台" in worded(begun.code, begun.fields, town.site) and "轮岗" in worded(ended.code, ended.fields, town.site)


@pytest.mark.clause("A6")
def test_an_employer_that_changes_is_told_in_the_book_of_each_site_concerned(town: Town, morning) -> None:
    employer = town.agent.employer
    admin = signed_in(town.operator)
    url = reverse("admin:desks_employer_change", args=[employer.pk])
    assert admin.post(url, {"name": "New name Ltd", "reason": ""}).status_code == 422
    assert not Entry.objects.exists() and employer.history.count() == 1
    assert admin.post(url, {"name": "New name Ltd", "reason": "renamed"}).status_code == 302
    entry = Entry.objects.get()
    assert (entry.code, entry.author, entry.book.site, entry.book.desk) == ("employer_changed", town.operator, town.site, None)
    assert "New name Ltd" in entry.fields["changes"] and entry.fields["because"] == "renamed"
    assert admin.post(reverse("admin:desks_employer_add"), {"code": "other", "name": "Other"}).status_code == 302
    assert Employer.objects.get(code="other").history.get().history_user == town.operator and Entry.objects.count() == 1
    assert signed_in(town.administrator).post(url, {"name": "x", "reason": "x"}).status_code == 404
