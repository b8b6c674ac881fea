"""What still stands in the way of signing, and why a handover is of higher risk (A26–A30)."""



from handover.models import (
    Handover,
    HandoverMatter,
)
from handover.news import unread_important
from handover.queries.counts import CountNow, count_now, is_answered, last_refused_at
from handover.queries.matters import not_yet_included
from handover.queries.stopping import stopping_matters
from handover.risk import RISK_WORDS, asks_more
from handover.rules import Facts, is_counted_twice, is_said_back


def risks_of(handover: Handover) -> list[str]:
    """Why this handover is of higher risk now: what was found when the list was drawn, and what its own lines say (A26).

    The latter are signed as lines anyway; the former stand in the content (docs/handover-content.md).
    """
    if handover.mode != Handover.Mode.FACE:
        return []
    critical = handover.matters.filter(severity=HandoverMatter.Severity.CRITICAL).exists()
    differs = any(line.differs for line in handover.counts.all())
    found = {*handover.risks, *(["critical"] if critical else []), *(["difference"] if differs else [])}
    return [code for code in RISK_WORDS if code in found]


def typed_of(handover: Handover, matter: HandoverMatter) -> bool:
    """Whether the incoming says this matter back in writing: by the desk's setting, or because of the risk (A30)."""
    settings = handover.desk.settings
    if not is_said_back(severity=matter.severity, asked=settings.read_back):
        return False
    return settings.read_back_typed or (matter.severity == "critical" and asks_more(handover.risks))


def facts_of(handover: Handover, seen: int, known: CountNow | None = None) -> Facts:
    """The numbers that the rule decides by; `seen` is the newest entry that the page showed, `known` what it has read already."""
    matters = list(handover.matters.all())
    alone = [matter for matter in matters if matter.group == HandoverMatter.Group.ONE_BY_ONE]
    rest = [matter for matter in matters if matter.group == HandoverMatter.Group.REST]
    face = handover.mode == Handover.Mode.FACE
    settings, draft = handover.desk.settings, handover.is_draft
    critical = [matter for matter in alone if matter.severity == "critical" and matter.told_at is not None]
    asked = [matter for matter in alone if is_said_back(severity=matter.severity, asked=settings.read_back)]
    said = [matter for matter in alone if matter.acknowledged_at is not None]
    counts, checks = list(handover.counts.select_related("item")), list(handover.checks.all())
    failed = [line for line in checks if line.result == "fail"]
    refused_at = last_refused_at(handover) if failed else None
    known = known or count_now(handover)
    expected, countings = known.expected, known.countings
    differing = [line for line in counts if line.differs]
    return Facts(
        mode=handover.mode,
        state=handover.state,
        untold=sum(matter.told_at is None for matter in alone) if face else 0,
        unacknowledged=(
            sum(matter.told_at is not None and matter.acknowledged_at is None for matter in alone) if face and not draft else 0
        ),
        nobody_comes=draft,
        apart=settings.together_needed and face and not draft and handover.together != Handover.Together.YES,
        unowned=(
            sum(not (each.owner and each.by_when and (each.if_then or not settings.critical_if_then)) for each in critical)
            if face else 0
        ),
        unheard=sum(each in asked and each.heard_at is None for each in said) if face else 0,
        untyped=sum(typed_of(handover, each) and not each.said_back for each in said) if face else 0,
        unread=len(unread_important(handover)) if face and asks_more(handover.risks) else 0,
        undone=sum(step.done_at is None for step in handover.steps.all()),
        consent_missing=bool(
            settings.risk_needs_consent and face and not draft and handover.risk_agreed_at is None and risks_of(handover)
        ),
        rest_open=handover.mode != Handover.Mode.CLOSING and not draft and any(matter.acknowledged_at is None for matter in rest),
        without_overnight=sum(not matter.overnight for matter in alone) if handover.mode == Handover.Mode.CLOSING else 0,
        uncounted=sum(line.counted is None for line in counts),
        unexplained=sum(line.differs and not line.explanation for line in counts),
        counted_once=sum(not is_counted_twice([each.counted for each in countings.get(line.item_id, [])]) for line in differing),
        moved=sum(line.counted is not None and expected.get(line.item.code, line.expected) != line.expected for line in counts),
        unchecked=sum(not line.result for line in checks),
        unanswered=sum(not is_answered(line, refused_at) for line in failed),
        without_remark=sum(line.result == "fail" and not line.remark for line in checks),
        not_yet_included=not_yet_included(handover, seen),
        stopping=stopping_matters(handover).count(),
        holder_changed=handover.watch is not None and handover.is_open and handover.watch.holder_id != handover.outgoing_id,
    )
