"""What a desk works with: kinds of entries, checklists and lists of choices, each with code, version and labels."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models.labels import Labelled, in_own_language
from desks.models.places import Desk, slug_form

__all__ = ["ChecklistItem", "ChecklistTemplate", "Choice", "Coded", "EntryKind", "KindField", "Labelled"]

code_form = slug_form.__class__(r"^[a-z][a-z0-9_]{0,39}$", _("Use small letters, digits and underscores."))


class Coded(Labelled):
    """A row that records refer to by code and version: a new wording is a new version, the old one stays."""

    code = models.CharField(_("code"), max_length=40, validators=[code_form])
    version = models.PositiveIntegerField(_("version"), default=1)
    position = models.PositiveIntegerField(_("position"), default=0)
    current = models.BooleanField(_("in use"), default=True)

    class Meta:
        abstract = True


class EntryKind(Coded):
    """A kind of entry: what it needs, and how soon it is to be settled (A1, A8, A9, A17)."""

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="kinds", verbose_name=_("desk"))
    prefixes = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("short prefixes"),
        help_text=_("What staff type after # to choose this kind, for example bx."),
    )
    needs_place = models.BooleanField(_("needs a place"), default=False)
    makes_follow_up = models.BooleanField(
        _("is a follow-up unless closed at once"), default=False,
    )
    due_minutes = models.PositiveIntegerField(_("due after (minutes)"), default=24 * 60)
    due_minutes_urgent = models.PositiveIntegerField(_("due after, when urgent (minutes)"), default=240)
    response_minutes = models.PositiveIntegerField(
        _("first step within (minutes)"), default=0, help_text=_("A9: counted from when it happened; 0 is no target."),
    )
    response_minutes_urgent = models.PositiveIntegerField(_("first step within, when urgent (minutes)"), default=0)
    calls_back = models.BooleanField(
        _("offers “customer called back” when closed"), default=False,
    )
    urgency = models.CharField(
        _("urgency unless said"), max_length=10, default="normal",
        choices=[("normal", _("normal")), ("urgent", _("urgent")), ("emergency", _("emergency"))],
    )
    handler = models.CharField(_("handling department unless said"), max_length=60, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("kind of entry")
        verbose_name_plural = _("kinds of entry")
        ordering = ["desk", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "code", "version"], name="entry_kind_code_version"),
            models.UniqueConstraint(fields=["desk", "code"], condition=Q(current=True), name="entry_kind_one_current"),
        ]


class KindField(Labelled):
    """A field that entries of a kind carry besides the usual ones (A8, A12, A15, B2.2, C2).

    It belongs to one version of its kind: a field added, reworded or taken away is a new version of the kind, so that
    the words under which an old entry was written stay to be read.
    """

    table_class = "state"

    class Sort(models.TextChoices):
        LINE = "line", _("one line of text")
        TICK = "tick", _("a tick")
        MONEY = "money", _("an amount of money")
        LINES = "lines", _("several lines, one for each thing")
        TIMED_LINES = "timed_lines", _("several lines, each with its time")

    class Needed(models.TextChoices):
        NEVER = "never", _("never needed")
        ALWAYS = "always", _("always needed")
        OPEN = "open", _("needed while the matter stays open")

    kind = models.ForeignKey(EntryKind, on_delete=models.PROTECT, related_name="own_fields", verbose_name=_("kind of entry"))
    code = models.CharField(_("code"), max_length=30, validators=[code_form])
    sort = models.CharField(_("what is written in it"), max_length=12, choices=Sort.choices, default=Sort.LINE)
    needed = models.CharField(_("needed"), max_length=8, choices=Needed.choices, default=Needed.NEVER)
    position = models.PositiveIntegerField(_("position"), default=0)
    current = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("field of a kind")
        verbose_name_plural = _("fields of kinds")
        ordering = ["kind", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="kind_field_code_once")]

    def __str__(self) -> str:
        return f"{self.kind.label}: {self.label}"


class ChecklistTemplate(Coded):
    """A list of things to check: the environment at a takeover, the ten inspection items (A27, A31)."""

    table_class = "state"

    class Purpose(models.TextChoices):
        ENVIRONMENT = "environment", _("environment check")
        INSPECTION = "inspection", _("inspection")
        HANDOVER = "handover", _("steps of a handover")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="checklists", verbose_name=_("desk"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["desk", "purpose", "position"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "code", "version"], name="checklist_code_version"),
            models.UniqueConstraint(fields=["desk", "purpose"], condition=Q(current=True), name="checklist_one_current"),
        ]


class ChecklistItem(Coded):
    """One thing to check, in its room; the clause says where it comes from."""

    table_class = "state"

    class Sort(models.TextChoices):
        LOOK = "look", _("looked at")
        TEST = "test", _("tested")
        READING = "reading", _("read off: a number")

    template = models.ForeignKey(ChecklistTemplate, on_delete=models.PROTECT, related_name="items", verbose_name=_("checklist"))
    clause = models.CharField(_("clause"), max_length=10, blank=True)
    needs_photo = models.BooleanField(
        _("needs a photo"), default=False, help_text=_("Of a step of a handover: it is done when a photo shows it.")
    )
    room_en = models.CharField(_("room (English)"), max_length=60, blank=True)
    room_zh_hans = models.CharField(_("room (Simplified Chinese)"), max_length=60, blank=True)
    room_zh_hant = models.CharField(_("room (Traditional Chinese)"), max_length=60, blank=True)
    sort = models.CharField(
        _("how it is checked"), max_length=8, choices=Sort.choices, default=Sort.LOOK,
        help_text=_("A14: a test keeps its time. C7: a reading is a number with its limits; outside them it fails."),
    )
    unit = models.CharField(_("unit of the reading"), max_length=10, blank=True)
    lowest = models.DecimalField(_("lowest good reading"), max_digits=12, decimal_places=3, null=True, blank=True)
    highest = models.DecimalField(_("highest good reading"), max_digits=12, decimal_places=3, null=True, blank=True)
    guidance_en = models.TextField(_("guidance (English)"), blank=True)
    guidance_zh_hans = models.TextField(_("guidance (Simplified Chinese)"), blank=True)
    guidance_zh_hant = models.TextField(_("guidance (Traditional Chinese)"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("item of a checklist")
        verbose_name_plural = _("items of a checklist")
        ordering = ["template", "position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "code", "version"], name="checklist_item_code_version"),
            models.UniqueConstraint(fields=["template", "code"], condition=Q(current=True), name="checklist_item_one_current"),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(lowest__lte=F("highest")), name="checklist_item_limits_in_order"
            ),
        ]

    @property
    def room(self) -> str:
        """The room in the reader's language; empty where it needs none."""
        return in_own_language(self.room_en, self.room_zh_hans, self.room_zh_hant)


class Choice(Coded):
    """One line of a list that a desk may word itself: sources, departments, reasons, grounds."""

    table_class = "state"

    class Purpose(models.TextChoices):
        SOURCE = "source", _("source of an entry")
        DEPARTMENT = "department", _("handling department")
        CORRECTION_REASON = "correction_reason", _("reason of a correction")
        REFUSAL_GROUND = "refusal_ground", _("ground for refusing a handover")
        TAKEOVER_REASON = "takeover_reason", _("reason of a supervisor's takeover")
        ABSENCE_REASON = "absence_reason", _("reason for leaving the desk for a while")
        LEAVE_KIND = "leave_kind", _("kind of leave")
        STOCK_PHRASE = "stock_phrase", _("stock phrase")
        SKILL = "skill", _("skill of staff")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="choices", verbose_name=_("desk"))
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["desk", "purpose", "position"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "purpose", "code", "version"], name="choice_code_version"),
            models.UniqueConstraint(fields=["desk", "purpose", "code"], condition=Q(current=True), name="choice_one_current"),
        ]
