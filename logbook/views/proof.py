"""The proof of a desk's record, and of a site's own book: checkpoints, keys, what the night's verification found (A18, A20, I2)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from desks.models import Desk, Site
from desks.permissions import desk_page, may, site_page
from desks.places import Place, as_argument, name_in_files, site_of
from logbook.actions import export_record
from logbook.models import Checkpoint, ProofRequest, Verification
from logbook.proof import standalone
from logbook.proof.keys import KeyAway, read_signing_key
from logbook.proof.reads import public_keys_of
from logbook.queries import book_ids_of, sent_of, witnesses_unreached
from logbook.views.promises import promised, promised_before_taking

PAGE = 30
SHOWN = 7
"""So many nights stand on the page."""


@dataclass(frozen=True)
class _Addresses:
    """What leads on from the page, by name; each takes the desk's or the site's address first."""

    book: str
    export_record: str
    checkpoint: str
    keys: str


_OF_DESK = _Addresses("logbook:log", "logbook:export_record", "logbook:checkpoint", "logbook:keys")
_OF_SITE = _Addresses("logbook:site_book", "logbook:site_export_record", "logbook:site_checkpoint", "logbook:site_keys")


@desk_page("log.prove")
@require_safe
def proof_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything that proves the desk's record, newest first."""
    requests = ProofRequest.objects.filter(entry__book__in=book_ids_of(desk)).select_related("entry").order_by("-pk")[:PAGE]
    reads_site_book = may(request.user, "log.prove", site=desk.site)
    return _page(request, desk, {"desk": desk, "key": desk.slug, "urls": _OF_DESK, "requests": requests, "reads_site_book": reads_site_book})


@site_page("log.prove")
@require_safe
@promised
def site_proof(request: HttpRequest, site: Site) -> HttpResponse:
    """Everything that proves the site's own book, newest first."""
    return _page(request, site, {"site": site, "key": site.code, "urls": _OF_SITE})


def _page(request: HttpRequest, of: Place, own: dict[str, Any]) -> HttpResponse:
    refusal: KeyAway | None = None
    try:
        read_signing_key()
    except KeyAway as away:
        refusal = away
    rows = Checkpoint.objects.filter(book__in=book_ids_of(of)).select_related("book__site").order_by("-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    sent = sent_of(page, timezone.now())
    for row in page:
        row.root_hex = bytes(row.root).hex()
        row.sent = sent.get(row.pk, [])
    context = {
        "section": "log" if isinstance(of, Desk) else "book", "place": of, "page": page, "newest": rows.first(), "keys": public_keys_of(of),
        "verifications": Verification.objects.filter(book__in=book_ids_of(of)).order_by("-night", "-pk")[:SHOWN],
        "may_see_personal": may(request.user, "log.see_personal", **as_argument(of)),
        "may_export_record": may(request.user, "log.export_record", **as_argument(of)),
        "any_sent": bool(sent), "unreached": witnesses_unreached(),
        "key_state": refusal.word if refusal else "ok", "key_refusal": refusal,
    }
    return render(request, "logbook/proof.html", context | own)


@desk_page("log.prove")
@require_safe
def checkpoint_file(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One checkpoint as a file, to be kept outside this program."""
    return _checkpoint(desk, pk)


@site_page("log.prove")
@require_safe
def site_checkpoint(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One checkpoint of the site's own book as a file."""
    return _checkpoint(site, pk)


def _checkpoint(of: Place, pk: int) -> HttpResponse:
    found = get_object_or_404(Checkpoint.objects.select_related("book__site", "book__desk"), pk=pk, book__in=book_ids_of(of))
    return _file(found.note, found.file_name)


@desk_page("log.prove")
@require_safe
def keys_file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The public keys of the desk's books as a file, a line for each."""
    return _keys(desk)


@site_page("log.prove")
@require_safe
def site_keys(request: HttpRequest, site: Site) -> HttpResponse:
    """The public keys of the site's own book as a file."""
    return _keys(site)


def _keys(of: Place) -> HttpResponse:
    return _file("".join(f"{key.text}\n" for key in public_keys_of(of)), f"{name_in_files(of)}-public-keys.txt")


@desk_page("log.export_record")
@require_POST
@promised_before_taking
def export(request: HttpRequest, desk: Desk) -> FileResponse:
    """The desk's whole record as a file that verifies itself."""
    return _exported(request, desk)


@site_page("log.export_record")
@require_POST
@promised_before_taking
def site_export(request: HttpRequest, site: Site) -> FileResponse:
    """The site's whole own book as a file that verifies itself."""
    return _exported(request, site)


def _exported(request: HttpRequest, of: Place) -> FileResponse:
    now = timezone.now()
    file = export_record(actor=request.user, of=of, session_key=request.session.session_key, now=now)
    name = f"{name_in_files(of)}-record-{now.astimezone(site_of(of).zone):%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@desk_page("log.prove")
@require_safe
def verifier_file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The verifier that needs nothing but Python."""
    return _file(Path(standalone.__file__).read_text(encoding="utf-8"), "verify.py")


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
