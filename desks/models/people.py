"""People, what they are at which desk and for how long (A3, A6, A13)."""

import uuid
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models.places import Desk, Site


class Employer(models.Model):
    """Whoever gives out employee numbers: a number is unique per employer."""

    table_class = "state"

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Makes people; passwords are hashed here and nowhere else."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(login=username)

    def create_user(self, login: str, password: str | None = None, **fields: object) -> "Person":
        """Makes a person who may sign in with the login; without a password nobody can sign in as them."""
        person = self.model(login=login, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, login: str, password: str | None = None, **fields: object) -> "Person":
        """Makes an operator: the only superuser, who signs nothing and reads no log (docs/architecture.md)."""
        return self.create_user(login, password, is_superuser=True, is_staff=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """A member of staff. Never deleted, only ended: the record names them for three years and more."""

    table_class = "state"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """What the record commits to as the author; never changes, says nothing about the person."""
    login = models.CharField(_("sign-in name"), max_length=60, unique=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("employer"))
    employee_number = models.CharField(_("employee number"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=60)
    name_latin = models.CharField(_("name in Latin letters"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    ended_at = models.DateTimeField(_("left on"), null=True, blank=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    password_is_one_time = models.BooleanField(default=False, editable=False)
    """Set by an administrator and known to them: it opens the page to replace it, and signs nothing (A29)."""
    pin = models.CharField(max_length=128, blank=True, editable=False)
    secret_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    locked_until = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]
    objects = PersonManager()
    history = HistoricalRecords(excluded_fields=["password", "password_is_one_time", "pin", "last_login", "secret_failures", "locked_until"])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "employee_number"],
                condition=~Q(employee_number=""),
                name="person_employee_number_unique_per_employer",
            )
        ]

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in: ended people may not."""
        return self.ended_at is None

    @property
    def display_name(self) -> str:
        """The name as the reader's language writes it."""
        if not (get_language() or "en").startswith("zh") and self.name_latin:
            return self.name_latin
        return self.name

    @property
    def has_pin(self) -> bool:
        """Whether the person has set a PIN of their own."""
        return bool(self.pin)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def __str__(self) -> str:
        return self.display_name


class Role(models.TextChoices):
    """What a person is at a site; what each role may do stands in `desks/permissions.py` alone."""

    AGENT = "agent", _("agent")
    BUTLER = "butler", _("butler")
    SUPERVISOR = "supervisor", _("supervisor")
    PROJECT_HEAD = "project_head", _("project head")
    DEPARTMENT_CONTACT = "department_contact", _("department contact")
    AUDITOR = "auditor", _("auditor")
    SITE_ADMINISTRATOR = "site_administrator", _("site administrator")


class TimeRange(Func):
    """The half-open range of two columns, for exclusion constraints."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Membership(models.Model):
    """A role of a person at a desk, or at the whole site where no desk is named, from a moment until a moment.

    Never rewritten: a change of role ends one row and begins another (a trigger holds this), so that who was what
    on any day of the last years is one look.
    """

    table_class = "state"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("site"))
    desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("desk"),
        help_text=_("Empty: the role holds for the whole site."),
    )
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["site", "role", "person"]
        indexes = [models.Index(fields=["person", "site"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="membership_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("site", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Func(F("desk"), 0, function="COALESCE"), RangeOperators.EQUAL),
                    (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def holds_at(self, moment: datetime) -> bool:
        """Whether the role holds at that moment."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


class ActingSupervisor(models.Model):
    """A person who acts for the supervisor for days or hours, with the rights that were ticked (A3)."""

    table_class = "state"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acting", verbose_name=_("person"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="acting", verbose_name=_("site"))
    rights = ArrayField(models.CharField(max_length=40), verbose_name=_("rights"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("named by"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("acting supervisor")
        verbose_name_plural = _("acting supervisors")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="acting_supervisor_ends_after_start"),
            ExclusionConstraint(
                name="acting_supervisor_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("site", RangeOperators.EQUAL),
                    (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
