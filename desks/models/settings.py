"""Every value that the regulations leave open, as a named, typed, documented field of the desk."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models.places import Desk

# The promise of confidentiality is given every year (A20): a desk may ask for it more often.
LONGEST_PROMISE = 12


class UnattendedAnswer(models.TextChoices):
    """Whom the rule proposes to answer for an unattended desk (B1.13)."""

    WHO_LEFT = "who_left", _("who left it last")
    SECOND_SHIFT = "second_shift", _("the second shift, where a visitor or meal of the first causes it")


class DeskSettings(models.Model):
    """The settings of one desk; times are the site's wall clock, amounts say their unit."""

    table_class = "state"

    desk = models.OneToOneField(Desk, on_delete=models.PROTECT, related_name="settings", verbose_name=_("desk"))

    arrival_lead_minutes = models.PositiveSmallIntegerField(
        _("arrive early (minutes)"), default=15, help_text=_("A24: how long before the duty the incoming is expected.")
    )
    relief_grace_minutes = models.PositiveSmallIntegerField(
        _("relief missing after (minutes)"), default=0,
        help_text=_("A23: how long after the start of the duty a missing relief is raised."),
    )
    inspection_time = models.TimeField(
        _("daily inspection due at"), default=time(9, 30), help_text=_("A32: the first daily inspection is due at this time.")
    )
    inspection_reminder_minutes = models.PositiveSmallIntegerField(
        _("remind of the inspection before (minutes)"), default=30, help_text=_("A32: 30 minutes before 9:30 is 9:00.")
    )
    handover_inspection_minutes = models.PositiveSmallIntegerField(
        _("handover inspection window (minutes)"), default=60,
        help_text=_("A32: the second daily inspection is due this long after the change of shift."),
    )
    roster_day = models.PositiveSmallIntegerField(
        _("roster due on day"), default=25, validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("A5: next month's roster is due at the end of this day."),
    )
    roster_reminder_day = models.PositiveSmallIntegerField(
        _("roster reminder from day"), default=20, validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("A5: from this day the supervisor is reminded and staff are asked for leave."),
    )
    duty_roles = models.JSONField(
        _("roles that may take a duty"), default=list, help_text=_("A6: codes of roles, for example agent and butler.")
    )
    late_entry_minutes = models.PositiveSmallIntegerField(
        _("late entry after (minutes)"), default=60,
        help_text=_("A17: an entry recorded later than this after it happened is marked as late."),
    )
    late_consent_minutes = models.PositiveSmallIntegerField(
        _("late entry needs consent after (minutes)"), default=12 * 60,
        help_text=_("A17: staff's entry recorded later than this after it happened waits for the supervisor's consent."),
    )
    far_past_days = models.PositiveSmallIntegerField(
        _("ask whether it really was so long ago after (days)"), default=7,
        help_text=_("A17: a slip in the date is asked about before it stands in the log for good."),
    )
    emergency_after_minutes = models.PositiveSmallIntegerField(
        _("after an emergency, late entries without a reason for (minutes)"), default=120,
        help_text=_("A9: from the beginning of an emergency until this long after its end nobody is asked why an entry is late."),
    )
    take_back_seconds = models.PositiveSmallIntegerField(
        _("take back within (seconds)"), default=5, validators=[MaxValueValidator(30)],
        help_text=_("A18: how long a saved line waits in the browser before it is sent; after that it is final."),
    )
    due_soon_minutes = models.PositiveSmallIntegerField(
        _("due soon within (minutes)"), default=60, help_text=_("A26: open matters due within this time count as due soon.")
    )
    blind_count = models.BooleanField(
        _("count blind"), default=False,
        help_text=_("A28: what is expected is shown only after it was counted, and the pages say so; supervisors see it."),
    )
    carried_shifts = models.PositiveSmallIntegerField(
        _("raise an overdue matter after (watches)"), default=3, validators=[MaxValueValidator(30)],
        help_text=_("A1: a matter that so many watches have passed on past its due time is raised by itself; 0 never."),
    )
    handover_reminder_minutes = models.PositiveSmallIntegerField(
        _("remind of the change of shift before (minutes)"), default=30,
        help_text=_("A24: both people are reminded so long before the relief's duty begins; 0 never."),
    )
    read_back = models.CharField(
        _("matters that the incoming says back"), max_length=10, default="critical",
        choices=[("critical", _("critical ones")), ("all", _("all that are told alone")), ("none", _("none"))],
        help_text=_("A30: the incoming says what they will do next, the outgoing ticks that it is right."),
    )
    read_back_typed = models.BooleanField(
        _("said back in writing"), default=False, help_text=_("A30: else it is enough to say it."),
    )
    critical_if_then = models.BooleanField(
        _("critical matters say “if … then …”"), default=False,
        help_text=_("A26: what is done if the next step does not work out."),
    )
    together_needed = models.BooleanField(
        _("face to face only"), default=False, help_text=_("C8, E7: a handover is gone through together, or not signed."),
    )
    away_days = models.PositiveSmallIntegerField(
        _("of higher risk after days away"), default=14, validators=[MinValueValidator(1)],
        help_text=_("A25: the incoming has not been of a watch here for longer than this."),
    )
    risk_needs_consent = models.BooleanField(
        _("a handover of higher risk waits for the supervisor"), default=False,
        help_text=_("A26: else it is marked, and asks for more, and is not blocked."),
    )
    meal_minutes = models.PositiveSmallIntegerField(
        _("meal at most (minutes)"), default=30, help_text=_("B1.15: how long a meal may take.")
    )
    errand_minutes = models.PositiveSmallIntegerField(
        _("errand at most (minutes)"), default=15, help_text=_("A10: how long an errand may take before the person is asked.")
    )
    unattended_minutes = models.PositiveSmallIntegerField(
        _("unattended desk after (minutes)"), default=10,
        help_text=_("A10: after how long an empty desk is raised, first to the person."),
    )
    attended_by = models.JSONField(
        _("roles without whom the desk is unattended"), default=list, blank=True,
        help_text=_("B1.13: somebody of one of these roles is at the desk, else it counts as unattended; none: anybody of the watch will do."),
    )
    unattended_answer = models.CharField(
        _("who answers for an unattended desk"), max_length=12, choices=UnattendedAnswer.choices, default=UnattendedAnswer.WHO_LEFT,
        help_text=_("B1.13: whom the rule proposes; the person is heard, and the supervisor decides."),
    )
    unattended_amount = models.CharField(
        _("what the rule says an unattended desk costs"), max_length=40, blank=True,
        help_text=_("B2.6: printed as the rule's words on the sheet of a case, and nowhere else; nothing of it goes to payroll."),
    )
    no_show_minutes = models.PositiveSmallIntegerField(
        _("has not come after (minutes)"), default=30,
        help_text=_("A22: so long after the start of a duty the supervisor is told who has not come, and the person is asked; 0 never."),
    )
    actor_idle_minutes = models.PositiveSmallIntegerField(
        _("ask for the PIN again after (minutes)"), default=10,
        help_text=_("Shared computer: how long a name chip stays open without use."),
    )
    secret_attempts = models.PositiveSmallIntegerField(
        _("wrong PINs before a lock"), default=5, validators=[MinValueValidator(3), MaxValueValidator(10)],
        help_text=_("Shared computer: after so many wrong tries in a row the person can neither sign in nor sign for a while."),
    )
    secret_lock_minutes = models.PositiveSmallIntegerField(
        _("lock after wrong PINs (minutes)"), default=15,
        help_text=_("Shared computer: how long that lasts; an administrator can take the lock away sooner."),
    )
    escalation_minutes = models.PositiveSmallIntegerField(
        _("acknowledge an escalation within (minutes)"), default=15, help_text=_("A4: after this the clock shows a breach.")
    )
    promise_months = models.PositiveSmallIntegerField(
        _("promise of confidentiality every (months)"), default=12, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_PROMISE)],
        help_text=_("A20: each reader of the log promises confidentiality anew after this time, every year at least."),
    )
    phone_signing = models.BooleanField(
        _("the incoming may sign on their own phone"), default=True,
        help_text=_("A29: by a code on the desk's screen that opens within one minute."),
    )
    reservations_first = models.BooleanField(
        _("offer taking over with reservations before a refusal"), default=True,
        help_text=_("A22: the mild way; a front desk offers it first."),
    )
    refusal_minutes = models.PositiveSmallIntegerField(
        _("decide a refusal within (minutes)"), default=10, validators=[MinValueValidator(1)],
        help_text=_("E9: then the supervisor is reminded, and after as long again the project head is told."),
    )
    relief_limit_minutes = models.PositiveSmallIntegerField(
        _("somebody must relieve within (minutes)"), default=30, validators=[MinValueValidator(1)],
        help_text=_("A23: past it the supervisor must name somebody, rostered or not, or come; the project head is told."),
    )
    rest_hours = models.PositiveSmallIntegerField(
        _("rest between two duties (hours)"), default=10, validators=[MaxValueValidator(24)],
        help_text=_("A13: a roster keeps it where it can; a stand-in is offered first who has rested so long, others are named with a warning."),
    )
    rest_day_within = models.PositiveSmallIntegerField(
        _("a rest day in every … days"), default=7, validators=[MaxValueValidator(28)],
        help_text=_("Labour Law 38: at least one in seven days in a row. To be checked by the site; 0 is no rule."),
    )
    days_in_row = models.PositiveSmallIntegerField(
        _("working days in a row at most"), default=6, validators=[MaxValueValidator(28)],
        help_text=_("A5: for whom nothing else was agreed; 0 is no limit."),
    )
    overtime_day_hours = models.PositiveSmallIntegerField(
        _("overtime a day at most (hours)"), default=3, validators=[MaxValueValidator(16)],
        help_text=_("Labour Law 41: beyond the normal day. To be checked by the site."),
    )
    overtime_month_hours = models.PositiveSmallIntegerField(
        _("overtime a month at most (hours)"), default=36, validators=[MaxValueValidator(200)],
        help_text=_("Labour Law 41: beyond the month's contract hours. To be checked by the site."),
    )
    day_hours = models.PositiveSmallIntegerField(
        _("a normal working day (hours)"), default=8, validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("Labour Law 36: what is above it counts as overtime of the day."),
    )
    week_hours = models.PositiveSmallIntegerField(
        _("contract hours a week"), default=40, validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("A5: for whom nothing else was agreed."),
    )
    wishes_at_most = models.PositiveSmallIntegerField(
        _("wishes for a month at most"), default=6, validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("A5: how many wishes each person may have for a month."),
    )
    stopping_kinds = models.JSONField(
        _("no handover while such an entry is open"), default=list, blank=True,
        help_text=_("C10: codes of kinds, for example emergency; without any, an open emergency is shown and stops nothing."),
    )
    void_unless_present = models.BooleanField(
        _("a handover without both present is void"), default=False,
        help_text=_("E7: the supervisor may find it void afterwards, with a consequence; who held the desk stays as it was."),
    )
    round_supervisor_minutes = models.PositiveSmallIntegerField(
        _("tell the supervisor of a missed round after (minutes)"), default=30, validators=[MaxValueValidator(24 * 60)],
        help_text=_("C3: the holder is told first, when its grace is over; 0 tells both at once. One that was walked meanwhile is not told."),
    )
    hearing_hours = models.PositiveSmallIntegerField(
        _("a statement is awaited for (hours)"), default=48, validators=[MaxValueValidator(24 * 14)],
        help_text=_("C12: so long the supervisor waits for what the person says before deciding without it."),
    )
    swap_lead_days = models.PositiveSmallIntegerField(
        _("ask for a swap or leave before (days)"), default=1, validators=[MaxValueValidator(30)],
        help_text=_("E4: so many days of the site before the duty; later only the supervisor files it, with a reason. 0 is no rule."),
    )
    swap_by_rule = models.BooleanField(
        _("staff find their own replacement"), default=False,
        help_text=_("B2.5, B3.5: a swap holds as soon as a colleague who may take the duty agrees; the supervisor is told."),
    )
    swap_repay_days = models.PositiveSmallIntegerField(
        _("a duty taken for somebody is repaid within (days)"), default=0, validators=[MaxValueValidator(60)],
        help_text=_("B2.5: 1 is the next day. 0 where nothing is owed unless the two agree on it (B3.5)."),
    )
    empty_ahead_days = models.PositiveSmallIntegerField(
        _("remind of an empty duty before (days)"), default=3, validators=[MaxValueValidator(31)],
        help_text=_("A13: a coming duty that nobody has, or whose holder has left, is raised so long before it begins."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("settings of the desk")
        verbose_name_plural = _("settings of the desk")

    def __str__(self) -> str:
        return str(self.desk)
