"""Bringing in old entries, and settling what of them is still open (A1, A17, I1, I2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Membership, Person
from desks.permissions import may
from desks.queries import folded_name
from desks.refusal import Refused
from desks.wording import name_of
from logbook import rules
from logbook.actions.books import book_of, hold_books
from logbook.actions.follow_ups import move_follow_up
from logbook.actions.inserting import insert_entry
from logbook.actions.record import record_act
from logbook.imports import OldEntry, Problem, ReadFile, read_log_file
from logbook.models import Book, Entry, FollowUp, ImportedFile

SHOWN_PROBLEMS = 200


class FileRefused(Refused):
    """Rows of the file cannot be taken, so none was (A17); `problems` says line, column and reason of each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        reason = ngettext(
            "The file has %(count)d problem; nothing was brought in.",
            "The file has %(count)d problems; nothing was brought in.",
            len(problems),
        ) % {"count": len(problems)}
        super().__init__("A17", reason, _("Correct these lines in the file and choose it again."), field="file")
        self.problems = list(problems)


@dataclass(frozen=True)
class Imported:
    """What an import made: the file's record and the numbers of its entries."""

    file: ImportedFile
    entries: int
    open_matters: int


def read_file(*, desk: Desk, content: bytes) -> ReadFile:
    """What a file of old entries says, for the preview: rows, problems, and that it was brought in before as Refused.

    Writers may have left since, so everybody counts who ever was somebody at the site.
    """
    read = read_log_file(content, desk=desk, people=_writers(desk))
    if ImportedFile.objects.filter(desk=desk, digest=read.digest).exists():
        raise _imported_before()
    return read


@transaction.atomic
def import_log(*, actor: Person, desk: Desk, content: bytes, name: str, now: datetime) -> Imported:
    """Brings in a file of old entries in its own order, as a whole or not at all (A17, I2).

    Each entry has the writer of its row as author, the actor as who entered it, and both original times; open matters
    become follow-ups with their due times. The act itself is the entry after them. Raises FileRefused with every
    problem, and Refused for who may not import, an unreadable file, and one that was brought in before.
    """
    if not may(actor, "log.import", desk=desk, now=now):
        raise Refused("A20", _("Only a site administrator brings in old entries."), _("Ask the administrator."))
    book = book_of(desk)
    hold_books(book)
    read = read_file(desk=desk, content=content)
    if read.problems:
        raise FileRefused(read.problems)
    if late := [row for row in read.rows if row.recorded_at > now]:
        raise FileRefused([Problem(row.line, "", gettext("It would have been recorded in the future.")) for row in late])
    made = [_insert(book=book, row=row, actor=actor, desk=desk) for row in read.rows]
    first, last = made[0].number, made[-1].number
    act = record_act(
        actor=actor, desk=desk, now=now, code="log_imported",
        fields={
            **name_of("importer", actor), "file": name[:200], "count": str(len(made)), "first": str(first), "last": str(last),
            "open": str(read.open_count), "file_digest": read.digest,
        },
    )
    try:
        with transaction.atomic():
            file = ImportedFile.objects.create(
                desk=desk, digest=read.digest, name=name[:200], rows=len(made), first_number=first, last_number=last,
                imported_by=actor, imported_at=now, entry=act,
            )
    except IntegrityError as error:
        raise _imported_before() from error
    return Imported(file, len(made), read.open_count)


def _insert(*, book: Book, row: OldEntry, actor: Person, desk: Desk) -> Entry:
    kind = row.kind
    due = row.due_at or rules.due_from(kind=kind, urgency=kind.urgency, occurred_at=row.occurred_at)
    return insert_entry(
        book=book, author=row.author, entered_by=actor, act=Entry.Act.ENTRY, kind=kind.code, kind_version=kind.version,
        occurred_at=row.occurred_at, original_recorded_at=row.recorded_at,
        late=rules.is_late(occurred_at=row.occurred_at, now=row.recorded_at, settings=desk.settings),
        source=row.source, place=row.place, urgency=kind.urgency, handler=kind.handler if row.is_open else "",
        due_at=due if row.is_open else None, follow_state="open" if row.is_open else "",
        fields={"file_line": str(row.line)}, text=row.text, personal={"customer": row.customer, "phone": row.phone},
    )


def _writers(desk: Desk) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    members = Membership.objects.filter(site=desk.site_id).values("person")
    for person in Person.objects.filter(pk__in=members).order_by("pk"):
        for way in {folded_name(each) for each in (person.name, person.name_latin, person.employee_number)} - {""}:
            found.setdefault(way, []).append(person)
    return found


def _imported_before() -> Refused:
    return Refused(
        "A17", _("This file was brought in before."), _("Look at the log; only new rows can be brought in."), field="file"
    )


@transaction.atomic
def settle_imported(
    *, actor: Person, desk: Desk, roots: Sequence[Entry], how: str, now: datetime, result: str = "",
    due_at: datetime | None = None,
) -> list[Entry]:
    """Closes, re-dates or joins imported matters that are still open, all of them or none; returns the steps written.

    `how` is "close" (with a `result`), "redate" (to `due_at`, aware) or "join" (the oldest goes on, the others are
    closed with its number as their result). Raises Refused (A1).
    """
    if not may(actor, "log.settle_imported", desk=desk, now=now):
        raise Refused("A1", _("The supervisor settles old matters."), _("Ask the supervisor."))
    hold_books(book_of(desk))
    matters = list(
        FollowUp.objects.filter(root__in=[root.pk for root in roots], book__desk=desk).select_related("root", "root__book")
        .order_by("root__number")
    )
    refusal = rules.why_not_settle(
        how=how, asked=len({root.pk for root in roots}), found=len(matters), result=rules.cleaned(result), due_at=due_at, now=now,
        unfit=[each.root.number for each in matters if each.state not in rules.OPEN_STATES or each.root.original_recorded_at is None],
    )
    if refusal:
        raise refusal
    if how == "join":
        return _join(actor=actor, matters=matters, now=now)
    steps = []
    for each in matters:
        if how == "close":
            steps.append(move_follow_up(actor=actor, root=each.root, now=now, state="closed", result=result))
        else:
            steps.append(
                move_follow_up(
                    actor=actor, root=each.root, now=now, state=each.state, due_at=due_at, waiting_for=each.waiting_for,
                    waiting_until=each.waiting_until,
                )
            )
    return steps


def _join(*, actor: Person, matters: list[FollowUp], now: datetime) -> list[Entry]:
    first, rest = matters[0], matters[1:]
    numbers = ", ".join(f"#{each.root.number}" for each in rest)
    steps = [
        move_follow_up(
            actor=actor, root=first.root, now=now, state=first.state, waiting_for=first.waiting_for,
            waiting_until=first.waiting_until,
            text=gettext("These matters go on in this one: %(numbers)s") % {"numbers": numbers},
        )
    ]
    result = gettext("Goes on in #%(number)d") % {"number": first.root.number}
    return steps + [move_follow_up(actor=actor, root=each.root, now=now, state="closed", result=result) for each in rest]
