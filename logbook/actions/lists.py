"""Taking a list of the log out as a file: at once, or in the background where it is long (A20, I8).

Nothing leaves unrecorded: the access record is written when the file is handed out, by the request that takes it, and says
how many rows and which file. More than a page leaves an entry in the site's book besides.
"""

import contextlib
import logging
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from desks.models import Desk, Person
from desks.places import Place, as_argument, site_of
from desks.refusal import Refused
from desks.templatetags.desks_tags import local_moment, shown_name
from desks.wording import in_each_language, in_every_language, name_of
from logbook import rules
from logbook.actions.readings import record_export, recordable
from logbook.actions.record import record_act
from logbook.export import write_csv, write_xlsx
from logbook.models import ExportJob
from logbook.paper import Sheet, write_pdf
from logbook.queries import PAGE
from logbook.taking_out import PORTION, Listed, Share, kind_of, listed, may_take_out, rights_for
from notices.actions import tell

logger = logging.getLogger(__name__)
State = ExportJob.State
# The class of the advisory lock under which a worker takes a job ("list").
LOCK = (1818850164, 1)
FORGOTTEN = timedelta(days=30)


class Stopped(Exception):
    """Somebody cancelled it, or another worker has taken it over."""


def is_long(count: int, format: str) -> bool:
    """Whether nobody should wait for so many rows on a page."""
    return count > settings.LONG_LIST[format]


def take_out(*, actor: Person, of: Place, name: str, format: str, found: Listed, session_key: str | None, now: datetime) -> IO[bytes]:
    """The list of a desk or of a site as a file, made and recorded; the caller sends and closes it. Raises Refused (A20, I8)."""
    if refusal := rules.why_not_take_out(may=may_take_out(name, of=of, reader=actor, now=now)):
        raise refusal
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        _write(file, found, format, of=of, actor=actor, now=now)
        file.seek(0)
        digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        file.seek(0)
        _record(
            actor=actor, of=of, name=name, format=format, filters=found.filters, first=found.first, last=found.last,
            count=found.count, shares=found.shares, digest=digest, session_key=session_key, now=now,
        )
    except BaseException:
        file.close()
        raise
    return file


@transaction.atomic
def ask_export(
    *, actor: Person, of: Place, name: str, format: str, asked: Mapping[str, str], language: str, now: datetime
) -> ExportJob:
    """Asks for a list of a desk or of a site to be made in the background and returns the job; asked for again while it runs, the same one. Raises Refused."""
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    mine = ExportJob.objects.filter(person=actor, state__in=[State.ASKED, State.RUNNING])
    wanted = {key: value for key, value in asked.items() if value}
    if same := mine.filter(**as_argument(of), list_name=name, format=format, asked=wanted).first():
        return same
    may = may_take_out(name, of=of, reader=actor, now=now)
    rows = listed(name, of=of, reader=actor, asked=wanted, now=now).count if may else 0
    if refusal := rules.why_not_ask_export(may=may, format=format, rows=rows, open_jobs=mine.count()):
        raise refusal
    job = ExportJob.objects.create(
        person=actor, list_name=name, format=format, asked=wanted, language=language, total=rows, asked_at=now, changed_at=now, **as_argument(of),
    )
    transaction.on_commit(lambda: _send(job.pk))
    return job


def run_export(pk: int, *, now: datetime, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Makes the file of a job; returns whether it is ready now.

    1. Take the job: one worker gets it, and only one is made at a time, so that a child stays free for the clock.
    2. Write the file beside its place, and say every few hundred rows how far it is; cancelled or taken over, stop.
    3. Put the file in its place, mark the job ready and tell the person, in one transaction.

    A worker that is killed leaves a job that the clock sends again (look_after_exports).
    """
    job = _take(pk, now)
    if job is None:
        return False
    try:
        return _make(job, now, clock)
    finally:
        if waiting := ExportJob.objects.filter(state=State.ASKED).order_by("asked_at").first():
            _send(waiting.pk)


@transaction.atomic
def cancel_export(*, actor: Person, job: ExportJob, now: datetime) -> None:
    """Stops one's own export that is not ready yet; the worker sees it at its next step. Raises Refused (I8)."""
    own = ExportJob.objects.filter(pk=job.pk, person=actor, state__in=[State.ASKED, State.RUNNING])
    if own.update(state=State.CANCELLED, changed_at=now) != 1:
        raise Refused("I9", _("This export is not being made any more."), _("Load the page again and look at what it says now."))


def hand_out(*, actor: Person, job: ExportJob, session_key: str | None, now: datetime) -> IO[bytes]:
    """The file of one's own export, recorded; the caller sends and closes it. Raises Refused (A20, I8).

    Every right by which its rows were read must still be held.
    """
    may = may_take_out(job.list_name, of=job.of, reader=actor, now=now)
    held = rights_for(job.list_name, of=job.of, reader=actor, now=now)
    may = may and all(may_take_out(job.list_name, of=each, reader=actor, now=now) for each in Desk.objects.filter(pk__in=_shares_of(job)))
    if refusal := rules.why_not_take_out(may=job.person_id == actor.pk and may and set(job.rights) <= set(held)):
        raise refusal
    gone = Refused("A20", _("This file is not kept any more."), _("Ask for the list again."))
    if job.state != State.READY or job.ready_at is None or now - job.ready_at >= kept_for():
        raise gone
    try:
        file = (_folder() / job.file_name).open("rb")
    except FileNotFoundError:
        raise gone from None
    try:
        if file_digest(file, "sha256").hexdigest() != job.file_digest:  # type: ignore[arg-type]
            raise Refused("A20", _("This file is not the one that was made."), _("Ask for the list again, and tell the operator."))
        file.seek(0)
        _record(
            actor=actor, of=job.of, name=job.list_name, format=job.format, filters=job.filters, first=job.first, last=job.last,
            count=job.total, shares=_shares_of(job), digest=job.file_digest, session_key=session_key, now=now,
        )
    except BaseException:
        file.close()
        raise
    return file


@transaction.atomic
def look_after_exports(now: datetime) -> int:
    """Sends again what was left behind, gives up after three tries, and removes what was kept long enough. Returns how many."""
    done = 0
    for job in ExportJob.objects.filter(state__in=[State.ASKED, State.RUNNING], changed_at__lte=now - rules.LEFT_BEHIND):
        if job.tries >= rules.MOST_TRIES:
            _fail(job, now)
        else:
            transaction.on_commit(lambda pk=job.pk: _send(pk))  # type: ignore[misc]
        done += 1
    old = ExportJob.objects.filter(state__in=[State.READY, State.FAILED, State.CANCELLED], changed_at__lte=now - kept_for())
    for job in old.select_for_update():
        transaction.on_commit(lambda name=job.file_name: _remove(name))  # type: ignore[misc]
        job.state, job.asked, job.filters, job.file_name = State.EXPIRED, {}, {}, ""
        job.save(update_fields=["state", "asked", "filters", "file_name"])
        done += 1
    ExportJob.objects.filter(state=State.EXPIRED, changed_at__lte=now - FORGOTTEN).delete()
    return done + _sweep(now)


def page_of_export(job: ExportJob) -> str:
    """The page that says how far it is and gives out the file."""
    if job.site is not None:
        return reverse("logbook:site_export_job", args=[job.site.code, job.pk])
    return reverse("logbook:export_job", args=[job.of.slug, job.pk])


def kept_for() -> timedelta:
    """How long a file is kept."""
    return timedelta(hours=settings.EXPORTS_KEPT_HOURS)


def _take(pk: int, now: datetime) -> ExportJob | None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
        left = Q(state=State.RUNNING, changed_at__lte=now - rules.LEFT_BEHIND)
        if ExportJob.objects.filter(state=State.RUNNING).exclude(left).exists():
            return None
        free = ExportJob.objects.filter(Q(state=State.ASKED) | left, pk=pk, tries__lt=rules.MOST_TRIES)
        if free.update(state=State.RUNNING, tries=F("tries") + 1, done=0, changed_at=now) != 1:
            return None
        return ExportJob.objects.select_related("person", "desk__site", "desk__settings", "site").get(pk=pk)


def _make(job: ExportJob, now: datetime, clock: Callable[[], datetime]) -> bool:
    folder = _folder()
    name = f"{secrets.token_urlsafe(32)}.{job.format}"
    part = folder / f"{name}.part"
    try:
        held = rights_for(job.list_name, of=job.of, reader=job.person, now=now)
        if refusal := rules.why_not_take_out(may=may_take_out(job.list_name, of=job.of, reader=job.person, now=now)):
            raise refusal
        with translation.override(job.language), part.open("w+b") as file:
            os.chmod(part, 0o600)
            found = listed(job.list_name, of=job.of, reader=job.person, asked=job.asked, now=now)
            _go_on(job, clock(), total=found.count)
            count = _write(
                file, found, job.format, of=job.of, actor=job.person, now=now, progress=lambda done: _go_on(job, clock(), done=done)
            )
            file.seek(0)
            digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        size = part.stat().st_size
        part.rename(folder / name)
        with transaction.atomic():
            at = clock()
            _go_on(
                job, at, state=State.READY, done=count, total=count, ready_at=at, rights=held, filters=recordable(found.filters),
                first=found.first, last=found.last, shares=found.shares, file_name=name, file_size=size, file_digest=digest,
            )
            _tell(job, "export_ready", at, count=str(count), kept_at=(at + kept_for()).isoformat())
    except Stopped:
        _remove(name)
        return False
    except Exception as error:  # whatever it is, the person is told and nothing lies about
        _remove(name)
        if not isinstance(error, Refused):
            logger.exception("The export %s failed.", job.pk)
        _fail(job, clock())
        return False
    return True


def _go_on(job: ExportJob, now: datetime, **changes: Any) -> None:
    """Says how far it is, for as long as it is this worker's. Raises Stopped."""
    mine = ExportJob.objects.filter(pk=job.pk, state=State.RUNNING, tries=job.tries)
    if mine.update(changed_at=now, **changes) != 1:
        raise Stopped


@transaction.atomic
def _fail(job: ExportJob, now: datetime) -> None:
    mine = ExportJob.objects.filter(pk=job.pk, state__in=[State.ASKED, State.RUNNING], tries=job.tries)
    if mine.update(state=State.FAILED, changed_at=now) == 1:
        _tell(job, "export_failed", now)


def _tell(job: ExportJob, code: str, now: datetime, **fields: str) -> None:
    tell(
        people=[job.person], site=site_of(job.of), matter="export", matter_id=job.pk, occasion=code, code=code,
        fields=in_every_language("list", lambda: kind_of(job.list_name, job.of).title) | fields,
        url=page_of_export(job), now=now,
    )


def _send(pk: int) -> None:
    """Puts the job before a worker; where the broker is away the clock does it later."""
    from kombu.exceptions import OperationalError

    from logbook.tasks import make_export

    try:
        make_export.apply_async(args=[pk], retry=False)
    except (OperationalError, OSError):
        logger.warning("The export %s could not be sent to a worker; the clock sends it again.", pk)


def _write(
    file: IO[bytes], found: Listed, format: str, *, of: Place, actor: Person, now: datetime, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Writes the list in the language that is active now; returns how many rows it had."""
    taken = 0

    def counted(rows: Iterable[list[str]]) -> Iterator[list[str]]:
        nonlocal taken
        for row in rows:
            yield row
            taken += 1
            if taken % PORTION == 0:
                progress(taken)

    def with_headings() -> Iterator[list[str]]:
        yield found.headings
        yield from counted(found.rows)

    if format == "csv":
        write_csv(file, with_headings())
    elif format == "xlsx":
        write_xlsx(file, with_headings(), found.place or of.label, found.amounts)
    else:
        write_pdf(file, _sheet(found, of, actor, now), counted(found.rows), still=lambda: progress(taken))
    return taken


def _sheet(found: Listed, of: Place, actor: Person, now: datetime) -> Sheet:
    filtered = "; ".join(found.about) or _("everything")
    rows = _("%(count)d rows") % {"count": found.count}
    numbers = f", #{found.first}–#{found.last}" if found.first is not None else ""
    return Sheet(
        title=f"{found.title} · {found.place or of.label}",
        about=[
            _("%(site)s. Filter: %(filter)s. %(rows)s.") % {"site": site_of(of).label, "filter": filtered, "rows": rows + numbers},
            _("Exported by %(person)s, %(moment)s.") % {"person": shown_name(actor), "moment": local_moment(now, of)},
        ],
        foot=_("Confidential: for the service centre's own use. This export is recorded."),
        columns=found.columns, language=translation.get_language() or "en", author=shown_name(actor), made_at=now,
    )


@transaction.atomic
def _record(
    *, actor: Person, of: Place, name: str, format: str, filters: dict[str, Any], first: int | None, last: int | None, count: int,
    shares: Mapping[int, Share], digest: str, session_key: str | None, now: datetime,
) -> None:
    """The access record of the place, or of each desk of which something goes out, and the entry of the site's book."""
    if count > PAGE:
        record_act(
            actor=actor, site=site_of(of), now=now, code="list_exported",
            fields=name_of("by", actor) | in_each_language("desk", site_of(of) if shares else of)
            | in_every_language("list", lambda: kind_of(name, of).title)
            | {"format": format.upper(), "count": str(count), "file_digest": digest},
        )
    desks = Desk.objects.filter(pk__in=shares).order_by("pk")
    parts: list[tuple[Place, Share]] = [(each, shares[each.pk]) for each in desks] or [(of, (first, last, count))]
    for place, (begin, end, rows) in parts:
        record_export(
            actor=actor, session_key=session_key, page=f"{name}_{format}", filters=filters, from_number=begin, to_number=end,
            count=rows, now=now, file_digest=digest, **as_argument(place),
        )


def _shares_of(job: ExportJob) -> dict[int, Share]:
    return {int(key): (first, last, count) for key, (first, last, count) in job.shares.items()}


def _folder() -> Path:
    folder = Path(settings.EXPORTS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _remove(name: str) -> None:
    if name:
        for path in (_folder() / name, _folder() / f"{name}.part"):
            path.unlink(missing_ok=True)


def _sweep(now: datetime) -> int:
    """Removes files of which no job knows, such as a killed worker leaves."""
    known, removed = set(ExportJob.objects.exclude(file_name="").values_list("file_name", flat=True)), 0
    limit = (now - kept_for()).timestamp()
    for path in _folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.name not in known and path.stat().st_mtime < limit:
                path.unlink()
                removed += 1
    return removed
