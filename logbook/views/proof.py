"""The proof of a desk's record: checkpoints, keys, what the night's verification found (A18, A20, I2)."""

from pathlib import Path

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from desks.models import Desk
from desks.permissions import desk_page, may
from logbook.actions import export_record
from logbook.models import Checkpoint, ProofRequest, Verification
from logbook.proof import standalone
from logbook.proof.keys import KeyAway, read_signing_key
from logbook.proof.reads import public_keys_of
from logbook.queries import book_ids_of, sent_of, witnesses_unreached

PAGE = 30
SHOWN = 7
"""So many nights stand on the page."""


@desk_page("log.prove")
@require_safe
def proof_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything that proves the desk's record, newest first."""
    refusal: KeyAway | None = None
    try:
        read_signing_key()
    except KeyAway as away:
        refusal = away
    rows = Checkpoint.objects.filter(book__in=book_ids_of(desk)).select_related("book__site").order_by("-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    sent = sent_of(page, timezone.now())
    for row in page:
        row.root_hex = bytes(row.root).hex()
        row.sent = sent.get(row.pk, [])
    context = {
        "section": "log", "desk": desk, "page": page, "newest": rows.first(), "keys": public_keys_of(desk),
        "verifications": Verification.objects.filter(book__in=book_ids_of(desk)).order_by("-night", "-pk")[:SHOWN],
        "requests": ProofRequest.objects.filter(entry__book__in=book_ids_of(desk)).select_related("entry").order_by("-pk")[:PAGE],
        "may_see_personal": may(request.user, "log.see_personal", desk=desk),
        "may_export_record": may(request.user, "log.export_record", desk=desk),
        "any_sent": bool(sent), "unreached": witnesses_unreached(),
        "key_state": refusal.word if refusal else "ok", "key_refusal": refusal,
    }
    return render(request, "logbook/proof.html", context)


@desk_page("log.prove")
@require_safe
def checkpoint_file(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One checkpoint as a file, to be kept outside this program."""
    found = get_object_or_404(Checkpoint.objects.select_related("book__site", "book__desk"), pk=pk, book__in=book_ids_of(desk))
    return _file(found.note, found.file_name)


@desk_page("log.prove")
@require_safe
def keys_file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The public keys of the desk's books as a file, a line for each."""
    return _file("".join(f"{key.text}\n" for key in public_keys_of(desk)), f"{desk.slug}-public-keys.txt")


@desk_page("log.export_record")
@require_POST
def export(request: HttpRequest, desk: Desk) -> FileResponse:
    """The whole record as a file that verifies itself."""
    now = timezone.now()
    file = export_record(actor=request.user, desk=desk, session_key=request.session.session_key, now=now)
    name = f"{desk.slug}-record-{now.astimezone(desk.site.zone):%Y-%m-%d}.zip"
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
