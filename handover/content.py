"""The signed form of a handover, `duty-desk-handover/2`, as a pure function; docs/handover-content.md is its text (I4)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

FORM = "duty-desk-handover/2"


@dataclass(frozen=True)
class Matter:
    """A matter told: number of its first entry, group, severity, state, next step with who and by when, who has it overnight."""

    number: int
    group: str
    severity: str
    state: str
    next_step: str
    overnight: str = ""
    owner: str = ""
    by_when: datetime | None = None
    if_then: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the desk's own with code and version, whether it is done, its photos by their SHA-256 and a remark."""

    code: str
    version: int
    done: bool
    photos: Iterable[str] = ()
    remark: str = ""


@dataclass(frozen=True)
class Count:
    """An item with code and version, what was expected and what was counted; each number that was written, with its writer."""

    code: str
    version: int
    expected: Decimal
    counted: Decimal | None
    explanation: str = ""
    countings: Iterable[tuple[Decimal, str]] = ()


@dataclass(frozen=True)
class Check:
    """A checklist item with code and version, its result and a remark; a reading with its limits, when it was tested, photos.

    `answer` is what became of one that fails, `answer_text` its words, or the number of the follow-up.
    """

    code: str
    version: int
    result: str
    remark: str = ""
    reading: Decimal | None = None
    limits: tuple[Decimal | None, Decimal | None] = (None, None)
    unit: str = ""
    tested_at: str = ""
    photos: Iterable[str] = ()
    answer: str = ""
    answer_text: str = ""


@dataclass(frozen=True)
class RoundMissed:
    """A round that was missed in this watch, by code, version and time, with the numbers of the entries that say it, that it was walked late, and why."""

    code: str
    version: int
    due_at: datetime
    number: int
    walked: int | None = None
    because: Iterable[int] = ()


@dataclass(frozen=True)
class Turned:
    """A refusal with the supervisor's outcome, or "-" while that is open."""

    side: str
    code: str
    version: int
    outcome: str


@dataclass(frozen=True)
class Content:
    """Everything that both sign. People stand by their unchanging reference; nobody is "-"."""

    origin: str
    handover: str
    mode: str
    cut_off: int
    cut_off_digest: str
    outgoing: str
    incoming: str
    colleagues: Iterable[str] = ()
    matters: Iterable[Matter] = ()
    counts: Iterable[Count] = ()
    checks: Iterable[Check] = ()
    refusals: Iterable[Turned] = ()
    remarks: str = ""
    reservations: str = ""
    together: str = ""
    apart_because: str = ""
    risks: Iterable[str] = ()
    steps: Iterable[Step] = ()
    rounds: Iterable[RoundMissed] = ()
    summary: str = ""


def escaped(text: str) -> str:
    """One line: backslash, line feed and carriage return are written as two characters."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _amount(value: Decimal | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _reading(value: Decimal | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def lines(content: Content) -> list[str]:
    """The lines in their order, without line ends."""
    made = [
        FORM,
        f"origin {content.origin}",
        f"handover {content.handover}",
        f"mode {content.mode}",
        f"cutoff {content.cut_off} {content.cut_off_digest or '-'}",
        f"outgoing {content.outgoing or '-'}",
        f"incoming {content.incoming or '-'}",
    ]
    made += [f"colleague {ref}" for ref in sorted(content.colleagues)]
    if content.together:
        made.append(f"together {content.together}")
        made += _texts(("apart", content.apart_because))
    made += [f"risk {code}" for code in sorted(content.risks)]
    for matter in sorted(content.matters, key=lambda each: each.number):
        made.append(f"matter {matter.number} {matter.group} {matter.severity} {matter.state or '-'}")
        made += _texts(
            ("next", matter.next_step), ("owner", matter.owner), ("bywhen", _moment(matter.by_when)), ("ifthen", matter.if_then),
            ("overnight", matter.overnight),
        )
    for count in sorted(content.counts, key=lambda each: each.code.encode()):
        # What is not counted yet says nothing of what is expected: a desk may count blind.
        expected = count.expected if count.counted is not None else None
        made.append(f"count {count.code} {count.version} {_amount(expected)} {_amount(count.counted)}")
        made += [f"counting {_amount(amount)} {ref}" for amount, ref in count.countings]
        made += _texts(("explanation", count.explanation))
    for check in sorted(content.checks, key=lambda each: each.code.encode()):
        made.append(f"check {check.code} {check.version} {check.result or '-'}")
        if check.reading is not None:
            lowest, highest = check.limits
            made.append(f"reading {_reading(check.reading)} {_reading(lowest)} {_reading(highest)} {escaped(check.unit) or '-'}")
        made += _texts(("tested", check.tested_at), ("remark", check.remark))
        made += [f"photo {digest}" for digest in check.photos]
        made += _texts((check.answer, check.answer_text or "-")) if check.answer else []
    for step in sorted(content.steps, key=lambda each: each.code.encode()):
        made.append(f"step {step.code} {step.version} {'done' if step.done else '-'}")
        made += [f"photo {digest}" for digest in step.photos] + _texts(("remark", step.remark))
    for missed in sorted(content.rounds, key=lambda each: each.number):
        made.append(f"round {missed.number} {missed.code} {missed.version} {_moment(missed.due_at)}")
        made += [f"walked {missed.walked}"] if missed.walked is not None else []
        made += [f"because {number}" for number in missed.because]
    made += [f"refusal {each.side} {each.code} {each.version} {each.outcome}" for each in content.refusals]
    made += _texts(("summary", content.summary), ("remarks", content.remarks), ("reservations", content.reservations))
    return made


def _texts(*pairs: tuple[str, str]) -> list[str]:
    return [f"{name} {escaped(text)}" for name, text in pairs if text]


def text_of(content: Content) -> str:
    """The signed text: every line ends with a line feed, the last one too."""
    return "".join(f"{line}\n" for line in lines(content))


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hexadecimal characters: what is signed."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def changed_parts(before: str, after: str) -> list[tuple[str, str]]:
    """What differs between two texts, as pairs of part and key: ("count", "radios"), ("matter", "4431"), ("remarks", "").

    Each pair once, in the order of the new text, then what went away.
    """
    old, new = _parts(before), _parts(after)
    changed = [key for key, value in new.items() if old.get(key) != value]
    return changed + [key for key in old if key not in new]


_KEYED = {"matter", "count", "check", "step", "round"}
_FOLLOWING = {
    "next", "owner", "bywhen", "ifthen", "overnight", "apart", "counting", "explanation", "reading", "tested", "remark", "photo", "put_right",
    "follow_up", "ground", "walked", "because",
}


def _parts(text: str) -> dict[tuple[str, str], str]:
    parts: dict[tuple[str, str], str] = {}
    current: tuple[str, str] = ("", "")
    for line in text.rstrip("\n").split("\n"):
        name, _space, rest = line.partition(" ")
        if name in _KEYED:
            current = (name, rest.split(" ")[0])
        elif name in {"colleague", "refusal", "risk"}:
            current = (name, rest)
        elif name not in _FOLLOWING:
            current = (name, "")
        parts[current] = parts.get(current, "") + line + "\n"
    return parts
