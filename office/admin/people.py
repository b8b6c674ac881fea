"""People, their roles, and who acts for the supervisor (A3, A6, A29)."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.forms import place_refusal
from desks.models import ActingSupervisor, Desk, Employer, Membership, Person, Role, Site
from desks.refusal import Refused
from office import actions
from office.admin.base import ReasonForm, ScopedAdmin, sites_of
from office.admin.forms import EndForm, PasswordForm
from office.queries import administers, people_of_sites

if admin.site.is_registered(Group):
    admin.site.unregister(Group)


@admin.register(Employer)
class EmployerAdmin(ScopedAdmin):
    """Employers are the operator's: a number of theirs may stand at several sites."""

    list_display = ("code", "name")
    fixed_after_adding = ("code",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    has_view_permission = has_change_permission = lambda self, request, obj=None: bool(request.user.is_superuser)  # noqa: E731

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Employer.objects.all() if request.user.is_superuser else Employer.objects.none()

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        """Adds an employer by its act."""
        actions.add_employer(actor=request.user, employer=obj, now=now)

    def change(self, request: HttpRequest, obj: Any, values: dict[str, Any], reason: str, now: Any) -> None:
        """Changes an employer by its act."""
        actions.change_employer(actor=request.user, employer=obj, changes=values, reason=reason, now=now)


class PersonForm(ReasonForm):
    """A person; a new one begins with a one-time password and a first role."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", gettext_lazy("as the browser asks")), *settings.LANGUAGES]
    )
    password = forms.CharField(
        label=gettext_lazy("One-time password"), max_length=128, strip=False, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Told to the person by word of mouth; it opens only the page to replace it."),
    )
    site = forms.ModelChoiceField(label=gettext_lazy("Site"), queryset=Site.objects.none(), required=False)
    desk = forms.ModelChoiceField(
        label=gettext_lazy("Desk"), queryset=Desk.objects.none(), required=False,
        help_text=gettext_lazy("Empty: the role holds for the whole site."),
    )
    role = forms.ChoiceField(label=gettext_lazy("First role"), choices=Role.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"password", "site", "role"} & self.fields.keys():
            self.fields[name].required = self.instance.pk is None
        if self.instance.pk is None and "site" in self.fields:
            self.fields["site"].queryset = self.sites  # type: ignore[attr-defined]
            self.fields["desk"].queryset = Desk.objects.filter(site__in=self.sites)  # type: ignore[attr-defined]
            if len(self.sites) == 1:
                self.fields["site"].initial = self.sites[0]

    def clean(self) -> dict[str, Any]:
        """The desk is one of the site."""
        cleaned = super().clean() or {}
        if cleaned.get("desk") and cleaned.get("site") and cleaned["desk"].site_id != cleaned["site"].pk:
            self.add_error("desk", _("This desk belongs to another site."))
        return cleaned


@admin.register(Person)
class PersonAdmin(ScopedAdmin):
    """People are added and ended, never deleted; passwords are given once, PINs never."""

    form = PersonForm
    fields = (
        "login", "name", "name_latin", "employer", "employee_number", "phone", "email", "language", "password", "site", "desk",
        "role",
    )
    only_when_adding = ("password", "site", "desk", "role")
    fixed_after_adding = ("login",)
    list_display = ("name", "name_latin", "login", "employee_number", "roles", "present")
    search_fields = ("name", "name_latin", "login", "employee_number")
    change_form_template = "admin/office/person_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Whoever is, was or will be anything at the actor's sites; an operator sees everybody."""
        rows = Person.objects.all() if request.user.is_superuser else people_of_sites(sites_of(request))
        seen = Membership.objects.filter(site__in=sites_of(request))
        return rows.prefetch_related(Prefetch("memberships", queryset=seen))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        made.sites = sites_of(request)
        return made

    @admin.display(description=gettext_lazy("roles now"))
    def roles(self, person: Person) -> str:
        """The roles that hold now, at the sites that the actor sees."""
        now = timezone.now()
        held = [row.get_role_display() for row in person.memberships.all() if row.holds_at(now)]
        return ", ".join(dict.fromkeys(str(each) for each in held)) or "–"

    @admin.display(description=gettext_lazy("may sign in"), boolean=True)
    def present(self, person: Person) -> bool:
        """Whether the person has not left."""
        return person.ended_at is None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who also belongs to another site, and whoever has left, is only read."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        return obj.ended_at is None and administers(request.user, obj, timezone.now())

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        given = {name: form.cleaned_data[name] for name in ("password", "site", "desk", "role")}
        actions.add_person(actor=request.user, person=obj, starts_at=now, now=now, **given)

    def change(self, request: HttpRequest, obj: Any, values: dict[str, Any], reason: str, now: Any) -> None:
        actions.change_person(actor=request.user, person=obj, changes=values, reason=reason, now=now)

    def get_urls(self) -> list[URLPattern]:
        """The page of somebody's sign-in beside the usual ones."""
        account = path("<int:pk>/account/", self.admin_site.admin_view(self.account_view), name="desks_person_account")
        return [account, *super().get_urls()]

    def account_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Gives a one-time password, takes a lock away, ends a person who leaves."""
        person = self.get_object(request, str(pk))
        if person is None or not self.has_change_permission(request, person):
            raise Http404
        act = request.POST.get("act", "")
        given = PasswordForm(request.POST if act == "password" else None)
        ending = EndForm(request.POST if act == "end" else None)
        form = {"password": given, "end": ending}.get(act)
        refusal = None
        if request.method == "POST" and (act == "unlock" or (form is not None and form.is_valid())):
            try:
                self._do(request, person, act, form)
            except Refused as caught:
                if form is None:
                    refusal = caught
                else:
                    place_refusal(form, caught)
            else:
                messages.success(request, _("Done."))
                return HttpResponseRedirect(reverse("admin:desks_person_changelist"))
        context = {
            **self.admin_site.each_context(request), "title": _("Sign-in of this person"), "subtitle": str(person),
            "original": person, "opts": self.opts, "given": given, "ending": ending, "refusal": refusal, "now": timezone.now(),
        }
        refused = given.errors or ending.errors or refusal
        return TemplateResponse(request, "admin/office/account.html", context, status=422 if refused else 200)

    def _do(self, request: HttpRequest, person: Person, act: str, form: Any) -> None:
        now = timezone.now()
        if act == "password":
            password = form.cleaned_data["password"]
            actions.set_one_time_password(actor=request.user, person=person, password=password, now=now)
        elif act == "end":
            actions.end_person(actor=request.user, person=person, reason=form.cleaned_data["reason"], now=now)
        else:
            actions.unlock_person(actor=request.user, person=person, now=now)


class MembershipForm(ReasonForm):
    """A role; once begun, only its end is set."""

    def clean(self) -> dict[str, Any]:
        """The desk is one of the site."""
        cleaned = super().clean() or {}
        if cleaned.get("desk") and cleaned.get("site") and cleaned["desk"].site_id != cleaned["site"].pk:
            self.add_error("desk", _("This desk belongs to another site."))
        if self.instance.pk and "ends_at" in self.fields and not cleaned.get("ends_at"):
            self.add_error("ends_at", _("Say when the role ends."))
        return cleaned


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    """Roles are begun and ended, never rewritten."""

    site_path = "site"
    form = MembershipForm
    list_display = ("person", "role", "site", "desk", "starts_at", "ends_at")
    list_filter = ("role", ("desk", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("person", "site", "desk")
    search_fields = ("person__name", "person__name_latin", "person__login")
    fixed_after_adding = ("person", "site", "desk", "role", "starts_at")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_at": timezone.now()} | super().get_changeform_initial_data(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A role that has ended stays as it was."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.ends_at is None or obj.ends_at > timezone.now())

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        names = ("person", "site", "desk", "role", "starts_at", "ends_at")
        made = actions.begin_membership(actor=request.user, now=now, **{name: form.cleaned_data[name] for name in names})
        obj.pk = made.pk

    def change(self, request: HttpRequest, obj: Any, values: dict[str, Any], reason: str, now: Any) -> None:
        if "ends_at" in values:
            actions.end_membership(actor=request.user, membership=obj, ends_at=values["ends_at"], reason=reason, now=now)


@admin.register(ActingSupervisor)
class ActingSupervisorAdmin(ScopedAdmin):
    """Who acts for the supervisor: read here, named and ended on the site's own page."""

    site_path = "site"
    list_display = ("person", "site", "starts_at", "ends_at", "named_by", "page")
    list_select_related = ("person", "site", "named_by")

    @admin.display(description=gettext_lazy("named and ended"))
    def page(self, row: ActingSupervisor) -> str:
        """The page on which somebody is named."""
        return format_html('<a href="{}">{}</a>', reverse("office:acting", args=[row.site.code]), _("on the site's page"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
