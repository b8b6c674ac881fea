"""Drawing a handover from the log: its matters, its summary, its risks; anew until the first signature (A26, I4)."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from desks.claims import claim
from desks.models import Person
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.templatetags.desks_tags import comma
from desks.wording import in_every_language
from handover.actions.ground import save_line
from handover.models import Handover, HandoverMatter
from handover.preparing import risks_found, summary_of
from handover.queries import Drawn, drawn_matters, risks_of
from handover.risk import RISK_WORDS
from logbook.actions import book_of
from logbook.queries import head_of
from logbook.words import DeskWords
from notices.actions import tell

TOLD = (
    "state_told", "next_step", "severity", "overnight", "owner", "by_when", "if_then", "told_number", "told_by", "told_at",
)
ACKNOWLEDGED = ("acknowledged_by", "acknowledged_at")
SAID_BACK = (*ACKNOWLEDGED, "said_back", "heard_by", "heard_at")


def forget_said(matter: HandoverMatter) -> None:
    """The incoming says it back anew: what was said before was about something else."""
    matter.acknowledged_by = matter.acknowledged_at = matter.heard_by = matter.heard_at = None
    matter.said_back = ""


def make_matters(handover: Handover, drawn: list[Drawn], actor: Person, now: datetime) -> None:
    """A row for each matter; who does the next step and by when stand in it already where the log says so."""
    if not drawn:
        return
    before = {
        row.root_id: row
        for row in HandoverMatter.objects.filter(
            root__in=[each.root_id for each in drawn], handover__state=Handover.State.COMPLETED
        ).exclude(owner="").order_by("root_id", "-handover_id").distinct("root_id")
    }
    words = DeskWords(handover.desk)
    rows = []
    for each in drawn:
        last = before.get(each.root_id)
        moments = (last.by_when if last else None, each.due_at)
        rows.append(HandoverMatter(
            handover=handover, root_id=each.root_id, group=each.group, why=each.why, severity=each.severity, next_step=each.next_step,
            owner=last.owner if last else str(words.department(each.handler))[:120] if each.handler else "",
            by_when=next((moment for moment in moments if moment is not None and moment > now), None),
            if_then=last.if_then if last else "",
        ))
    bulk_create_with_history(rows, HandoverMatter, default_user=actor)


def finish_drawing(row: Handover, actor: Person, now: datetime) -> None:
    """What follows from the matters: the risks, and the summary unless somebody has put it in own words.

    Where the preset has the supervisor agree to a handover of higher risk, they are told why; what they agreed to does
    not cover a risk that was found later.
    """
    before, row.risks = set(row.risks), risks_found(row, now)
    fields = ["risks"]
    if set(row.risks) - before:
        row.risk_agreed_by = row.risk_agreed_at = None
        fields += ["risk_agreed_by", "risk_agreed_at"]
    if not row.summary_edited and row.mode == Handover.Mode.FACE:
        row.summary = summary_of(row)
        fields.append("summary")
    save_line(row, actor, *fields)
    risks = risks_of(row)
    if risks and row.desk.settings.risk_needs_consent and not row.is_draft and row.risk_agreed_at is None:
        tell(
            people=who_supervises("handover.decide", row.desk, now), site=row.desk.site, matter="handover", matter_id=row.pk,
            occasion=f"risk:{' '.join(risks)}", code="handover_risk_told",
            fields=in_every_language("reasons", lambda: comma().join(str(RISK_WORDS[code]) for code in risks)),
            url=reverse("handover:page", args=[row.desk.slug]) + "#risk", now=now, acknowledge=True,
        )


def draw_anew(row: Handover, actor: Person, now: datetime) -> Handover:
    """What came in is added, what was closed goes, what moved must be told again; the holder of now hands over (A26)."""
    if row.watch is not None and row.mode != Handover.Mode.OPENING and row.watch.holder_id != row.outgoing_id:
        _hand_from(row, row.watch.holder, actor, now)
    since = row.watch.started_at if row.watch else row.started_at
    drawn = {each.root_id: each for each in drawn_matters(row.desk, row.mode, since=since, now=now)}
    there = {matter.root_id: matter for matter in row.matters.all()}
    for root_id, matter in there.items():
        if root_id not in drawn:
            matter._history_user = actor
            matter.delete()
            continue
        each = drawn[root_id]
        matter.group, matter.why = each.group, each.why
        fields = ["group", "why"]
        if each.last_number > (matter.told_number or row.cut_off):
            matter.told_at = matter.told_by = matter.told_number = None
            matter.state_told, matter.severity = "", each.severity
            matter.next_step = each.next_step or matter.next_step
            if matter.by_when is not None and matter.by_when <= now:
                matter.by_when = None
            forget_said(matter)
            fields += [*TOLD, *SAID_BACK]
        save_line(matter, actor, *fields)
    make_matters(row, [each for root_id, each in drawn.items() if root_id not in there], actor, now)
    number, digest = head_of(book_of(row.desk))
    row.cut_off, row.cut_off_digest = number, digest.hex() if number else ""
    save_line(row, actor, "cut_off", "cut_off_digest")
    finish_drawing(row, actor, now)
    return row


def _hand_from(row: Handover, holder: Person, actor: Person, now: datetime) -> None:
    if holder.pk == row.incoming_id:
        raise Refused("I3", _("The incoming holds the desk already."), _("Cancel this handover; there is nothing to sign."))
    claim(
        Handover, row.pk, old=row.state, new=Handover.State.PREPARING, actor=actor, reason="the holder's part has passed on",
        now=now, outgoing=holder,
    )
    row.outgoing, row.state = holder, Handover.State.PREPARING
