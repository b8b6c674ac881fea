"""What staff ask for and who decides it: leave, swaps and what is owed for them (A13, A22, B2.5, B3.5, C5, D2, E4).

A request changes nothing (I6): what it leads to is a DutyChange, and the request names it.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from desks.models import Desk, Person
from desks.models.people import TimeRange
from rosters.models.duties import Duty, DutyChange


class RequestState(models.TextChoices):
    """requested → (agreed) → approved or refused; withdrawn, or expired when the duty begins. Approved leave may be called off."""

    REQUESTED = "requested", pgettext_lazy("request", "requested")
    AGREED = "agreed", pgettext_lazy("request", "agreed by a colleague")
    APPROVED = "approved", pgettext_lazy("request", "approved")
    REFUSED = "refused", pgettext_lazy("request", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")
    EXPIRED = "expired", pgettext_lazy("request", "expired")
    CALLED_OFF = "called_off", pgettext_lazy("request", "called off")


LIVE = (RequestState.REQUESTED, RequestState.AGREED)


class Request(models.Model):
    """What leave and swap have in common: whose it is, who wrote it down, and what was decided by whom and why (I9)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="%(class)s_requests")
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    """The person, or the supervisor for somebody who cannot."""
    asked_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.REQUESTED)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["approved", "refused", "called_off"], decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=["approved", "refused", "called_off"]) & Q(decided_by__isnull=True, decided_at__isnull=True)),
                name="%(class)s_decided_says_by_whom",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(decision=""), name="%(class)s_refused_says_why"),
        ]

    @property
    def is_live(self) -> bool:
        """Whether it can still be decided or withdrawn."""
        return self.state in LIVE


class Leave(Request):
    """Leave of whole days or of hours; its kind is seen by the person and by who decides, by nobody else (A13)."""

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="leaves")
    """The desk at which it was asked for; once approved it holds at every desk of the site."""
    kind = models.CharField(max_length=40)
    """Code of the desk's choice `leave_kind`; it stands in no entry and in no notice."""
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """Earlier than asked for where the person came back sooner; the history keeps what was."""
    history = HistoricalRecords()

    @property
    def hours(self) -> float:
        """How long it is, in hours that really pass (I11)."""
        return (self.ends_at - self.starts_at).total_seconds() / 3600

    class Meta(Request.Meta):
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        constraints = [
            *Request.Meta.constraints,
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="leave_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(state="agreed"), name="leave_needs_no_colleague"),
            ExclusionConstraint(
                name="leave_one_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL), (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["requested", "approved"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.starts_at:%Y-%m-%d}"


class LeavePhoto(models.Model):
    """A photo of a paper that belongs to leave, a certificate: seen by the person and by who decides (A13, A20).

    It stands in no entry, so that no export of the record has it; the file lies with those of the entries, under its digest.
    """

    table_class = "state"

    leave = models.ForeignKey(Leave, on_delete=models.PROTECT, related_name="photos")
    digest = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("photo of leave")
        verbose_name_plural = _("photos of leave")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["leave", "digest"], name="leave_photo_once")]

    def __str__(self) -> str:
        return self.digest


class Swap(Request):
    """A duty, or a part of one, that somebody wants a colleague to take: for a duty of theirs, for a later one, or for nothing.

    requested → a colleague agrees → decided by the supervisor, or by the rule where the desk's staff find their own
    replacement (B2.5, B3.5). One duty has one request at a time: the database refuses a second.
    """

    table_class = "state"

    class Way(models.TextChoices):
        EXCHANGE = "exchange", pgettext_lazy("swap", "for a duty of theirs")
        LATER = "later", pgettext_lazy("swap", "for a duty later on")
        GIVE = "give", pgettext_lazy("swap", "for nothing in return")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="swaps")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="swaps")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """The part that is passed on; the whole duty unless said."""
    way = models.CharField(max_length=10, choices=Way.choices)
    for_all = models.BooleanField(default=False)
    """Anybody eligible may take it, not only those who were asked."""
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="swaps_taken")
    agreed_at = models.DateTimeField(null=True)
    returns = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="swaps_returning")
    """The taker's duty that is given for it."""
    repay_by = models.DateField(null=True)
    """The site's day by which the duty is repaid."""
    override = models.TextField(blank=True)
    """Why it is asked for later than the desk's lead time (E4)."""
    change = models.OneToOneField(DutyChange, on_delete=models.PROTECT, null=True, related_name="swap")
    history = HistoricalRecords()

    class Meta(Request.Meta):
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["duty"], condition=Q(state__in=["requested", "agreed"]), name="swap_one_request_for_a_duty"),
            models.UniqueConstraint(fields=["returns"], condition=Q(state="agreed"), name="swap_duty_in_return_once"),
            models.CheckConstraint(
                condition=Q(state="requested", taken_by__isnull=True, agreed_at__isnull=True, returns__isnull=True)
                | Q(state__in=["agreed", "approved"], taken_by__isnull=False, agreed_at__isnull=False)
                | Q(state__in=["refused", "withdrawn", "expired"]),
                name="swap_agreed_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "approved"]) | Q(way="exchange", returns__isnull=False)
                | (~Q(way="exchange") & Q(returns__isnull=True)),
                name="swap_exchange_names_both_duties",
            ),
            models.CheckConstraint(condition=~Q(person=F("taken_by")), name="swap_is_with_somebody_else"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="swap_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state="approved", change__isnull=False) | (~Q(state="approved") & Q(change__isnull=True)),
                name="swap_approved_names_its_change",
            ),
            models.CheckConstraint(condition=Q(way="later", repay_by__isnull=False) | ~Q(way="later"), name="swap_later_says_by_when"),
        ]

    @property
    def is_part(self) -> bool:
        """Whether only a part of the duty is passed on."""
        return (self.starts_at, self.ends_at) != (self.duty.starts_at, self.duty.ends_at)

    def __str__(self) -> str:
        return f"{self.person} · {self.duty.site_day:%Y-%m-%d}"


class SwapInvite(models.Model):
    """A colleague who was asked to take a duty, and whether they said no."""

    table_class = "state"

    swap = models.ForeignKey(Swap, on_delete=models.PROTECT, related_name="invites")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="swap_invites")
    declined_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["swap", "person"], name="swap_invite_once")]

    def __str__(self) -> str:
        return str(self.person)


class Repayment(models.Model):
    """A duty that somebody owes a colleague who took one of theirs, and by when (B2.5)."""

    table_class = "state"

    class State(models.TextChoices):
        OWED = "owed", pgettext_lazy("repayment", "owed")
        REPAID = "repaid", pgettext_lazy("repayment", "repaid")
        WAIVED = "waived", pgettext_lazy("repayment", "waived")

    swap = models.OneToOneField(Swap, on_delete=models.PROTECT, related_name="repayment")
    due_on = models.DateField()
    """The last site day for it."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    duty = models.OneToOneField(Duty, on_delete=models.PROTECT, null=True, related_name="repays")
    """The duty done that settles it."""
    settled_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="owed", duty__isnull=True, settled_at__isnull=True)
                | Q(state="repaid", duty__isnull=False, settled_at__isnull=False)
                | Q(state="waived", duty__isnull=True, settled_at__isnull=False),
                name="repayment_settled_by_a_duty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.swap} · {self.due_on:%Y-%m-%d}"
