"""Photos of entries: uploaded by whoever writes, shown to whoever may read the entry (A17, A20, I8)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook import rules
from logbook.actions import keep_photo, record_reading
from logbook.files import store
from logbook.files.pictures import small_of
from logbook.files.tokens import key_to_sealed, opens_sealed
from logbook.queries import entries_of
from logbook.reading import Row, rows_for
from logbook.rules import Attachment, attachments_in
from logbook.views.promises import promised

AnyForm = TypeVar("AnyForm", bound=forms.Form)


@desk_page("log.write")
@require_POST
def upload_photo(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Takes one photo in, for the script: its token (201), or why not (422)."""
    sent = photos_sent(request, timezone.now())
    if sent.refusals or not sent.tokens:
        refusal = sent.refusals[0] if sent.refusals else rules.why_not_upload(size=0, most=1, in_a_day=0, most_in_a_day=1)
        return JsonResponse({"refused": f"{refusal.reason} {refusal.remedy}"}, status=422)  # type: ignore[union-attr]
    return JsonResponse({"token": sent.tokens[0]}, status=201)


@dataclass
class Sent:
    """The photos of a form: tokens of earlier uploads and of the files that came with it, and what was refused."""

    data: QueryDict
    """What was sent, with all tokens under `photos`."""
    tokens: list[str]
    refusals: list[Refused] = field(default_factory=list)

    def placed(self, form: AnyForm) -> AnyForm:
        """The form with each refusal beside its field of the photos."""
        for refusal in self.refusals:
            place_refusal(form, refusal)
        return form


def photos_sent(request: HttpRequest, now: datetime) -> Sent:
    """Takes in the files that came with a form, as many as an entry may carry; what cannot be kept is refused by name."""
    # What the upload handler has let pass by: never read, only counted.
    too_large, left_out = getattr(request, "too_large", []), getattr(request, "left_out", 0)
    if not (request.FILES or "photos" in request.POST or too_large or left_out):
        return Sent(request.POST, [])
    data = request.POST.copy()
    # A file field in which nothing was chosen comes as an empty text.
    tokens, files = [token for token in data.getlist("photos") if token], request.FILES.getlist("photos")
    sent = Sent(data, tokens)
    most = settings.FILES_MOST_IN_ENTRY
    if refusal := rules.why_not_attached(len(tokens) + len(files) + len(too_large) + left_out, most=most):
        sent.refusals.append(refusal)
    for file in files[: max(0, most - len(tokens))]:
        try:
            tokens.append(keep_photo(actor=request.user, file=file, size=file.size or 0, now=now))
        except Refused as refusal:
            sent.refusals.append(_named(file.name or "", refusal))
    for name in too_large[:most]:
        refusal = rules.why_not_upload(size=settings.FILE_MOST_BYTES + 1, most=settings.FILE_MOST_BYTES, in_a_day=0, most_in_a_day=1)
        sent.refusals += [_named(name, refusal)] if refusal else []
    data.setlist("photos", tokens)
    return sent


def _named(name: str, refusal: Refused) -> Refused:
    return Refused(refusal.clause, f"{name}: {refusal.reason}" if name else refusal.reason, refusal.remedy, field="photos")


@desk_page("log.read")
@require_safe
@promised
def photo(request: HttpRequest, desk: Desk, number: int, place: int, small: bool = False) -> HttpResponseBase:
    """One photo of an entry, to whoever may read the entry; of a veiled one to who has just read the veiled text (`key`).

    Kept by the browser only to be asked about: the right to read is looked at each time. What is not the content that the
    entry committed to is not shown.
    """
    now = timezone.now()
    entry = entries_of(desk).filter(number=number).first()
    if entry is None:
        raise Http404
    row = rows_for([entry], reader=request.user, desk=desk, now=now)[0]
    if row.hidden:
        raise PermissionDenied
    photos = row.photos
    if row.veiled and may(request.user, "log.read_sealed", desk=desk, now=now) and opens_sealed(request.GET.get("key", ""), request.user, entry):
        photos = attachments_in(entry.fields)
    if not 1 <= place <= len(photos):
        raise Http404
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="photo", filters={"entry": number},
        from_number=number, to_number=number, now=now,
    )
    return photo_answer(request, desk, number, place, photos[place - 1], small=small)


def photo_answer(request: HttpRequest, desk: Desk, number: int, place: int, shown: Attachment, *, small: bool) -> HttpResponseBase:
    """A photo of the entry of that number, to whom the caller has found to have a right to it. Raises 404 for one that is not what was committed to."""
    tag = f'"{shown.digest}{"-small" if small else ""}"'
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        try:
            content = store.content_of(shown.digest)
        except (FileNotFoundError, store.Altered):
            raise Http404 from None
        answer = HttpResponse(small_of(content) if small else content, content_type="image/jpeg" if small else shown.media_type)
        name = f"{desk.slug}-{number}-{place}.{'jpg' if small else shown.ending}"
        answer.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["ETag"] = tag
    # Several people share a computer: what one of them may see is asked for again before another sees it.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def photo_links(row: Row, desk: Desk, *, unsealed_for: Person | None = None) -> list[dict[str, Any]]:
    """Addresses of the photos of a row, large and small; of a veiled entry for who has just read it (`unsealed_for`)."""
    photos, key = row.photos, ""
    if unsealed_for is not None:
        photos, key = attachments_in(row.entry.fields), f"?key={key_to_sealed(unsealed_for, row.entry)}"
    return [
        {
            "number": place,
            "large": reverse("logbook:photo", args=[desk.slug, row.number, place]) + key,
            "small": reverse("logbook:photo_small", args=[desk.slug, row.number, place]) + key,
        }
        for place, _photo in enumerate(photos, start=1)
    ]
