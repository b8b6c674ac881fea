"""The practice handover: the guided page itself, played over a desk that never was, and marked as practice on every line."""

import copy
import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desks.models import Desk
from desks.permissions import desk_page, forget
from desks.refusal import Refused
from handover import practice
from handover.models import Handover
from handover.views import counting, page, preparing, records, steps

KEPT = "handover.practice"
KEPT_FOR = timedelta(days=1)
MOST_ACTS = 120
LONGEST = 2000
# The posts that a practice knows, by what follows the handover's address; refusing and stopping need a supervisor.
ROWS = {"matters": {"acknowledge": steps.acknowledge}, "counts": {"": counting.count}, "checks": {"": counting.check, "answer": counting.answer_check}}
WHOLE = {
    "questions/": steps.ask, "rest/": steps.acknowledge_rest, "counts/all/": counting.count_all, "checks/all/": counting.check_all,
    "remarks/": steps.remarks, "reservations/": steps.reservations, "together/": preparing.together, "news/all/": preparing.read_all,
}
SENT = (
    "said_back", "question", "counted", "explanation", "result", "reading", "remark", "answer", "words", "remarks", "reservations", "together",
    "apart_because", "incoming", "matter", "and_checked",
)
LINES = re.compile(
    r'(<div class="(?:matter|check-row)[^>]*>\s*<div>|<div class="count-row"[^>]*>\s*<span>|<div class="entry">.*?</time><div>|<th scope="row">|<li id="matter-\d+">)'
)


@desk_page("handover.take_part")
@require_http_methods(["GET", "POST"])
def practise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shows the practice as far as its player has come; a post is one more act of theirs, or begins again."""
    now = timezone.now()
    kept = _kept(request, now)
    if request.method == "POST" and "again" in request.POST:
        request.session.pop(KEPT, None)
        return redirect("handover:practice", desk.slug)
    more = _asked(request, kept) if request.method == "POST" else None
    if request.method == "POST" and (more is None or len(kept["acts"]) >= MOST_ACTS):
        return redirect("handover:practice", desk.slug)
    html, status, rows = _played(request, desk, [*kept["acts"], *([more] if more else [])], now, draws=more is None)
    done = status == 200 and more is not None
    if done:
        kept["acts"].append(more)
    kept["rows"] = rows
    request.session[KEPT] = kept
    return redirect("handover:practice", desk.slug) if done else HttpResponse(html, status=status)


def _kept(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What the player has done so far; a practice of yesterday is forgotten."""
    kept = request.session.get(KEPT)
    if kept is None or now - datetime.fromisoformat(kept["begun"]) > KEPT_FOR:
        return {"begun": now.isoformat(), "acts": [], "rows": {}}
    return kept


def _asked(request: HttpRequest, kept: dict[str, Any]) -> dict[str, Any] | None:
    """The act that was posted, in words that hold when the desk is laid anew: rows by their place and not by their key."""
    what = request.GET.get("do", "")
    data = {name: request.POST[name][:LONGEST] for name in SENT if name in request.POST}
    if what in WHOLE or what in {"start/", "sign/outgoing/", "sign/incoming/"}:
        if data.get("matter"):
            data["matter"] = str(_place(kept, "matters", data["matter"]))
        return {"what": what, "data": data}
    found = re.fullmatch(r"(matters|counts|checks)/(\d{1,18})/(?:(\w+)/)?", what)
    if found is None or (found[3] or "") not in ROWS[found[1]]:
        return None
    place = _place(kept, found[1], found[2])
    return {"what": found[1], "place": place, "verb": found[3] or "", "data": data} if place >= 0 else None


def _place(kept: dict[str, Any], rows: str, key: str) -> int:
    keys = kept["rows"].get(rows, [])
    return keys.index(int(key)) if key.isdecimal() and int(key) in keys else -1


def _played(
    request: HttpRequest, desk: Desk, acts: list[dict[str, Any]], now: datetime, *, draws: bool
) -> tuple[str, int, dict[str, list[int]]]:
    """The page after these acts, its status, and the keys of its rows in their order. Nothing of it stands afterwards.

    Drawing the page is the dear part: after a post that was not refused it is left to the page that follows.
    """
    player = request.user
    with practice.never_was():
        laid = practice.lay(player, desk, now)
        for act in acts[:-1]:
            _do(request, laid, act, now)
        answer = _do(request, laid, acts[-1], now) if acts else None
        refused = answer is not None and answer.status_code == 422
        if draws and not refused:
            over = Handover.objects.get(pk=laid.handover.pk).state == Handover.State.COMPLETED
            show = _asking(request)
            answer = records.record(show, desk=laid.desk.slug, handover=laid.handover.pk) if over else page.page(show, desk=laid.desk.slug)
        html = answer.content.decode() if answer is not None and (draws or refused) else ""
        rows = _rows(laid.handover)
    forget(player)
    return _marked(html, laid, desk), 422 if refused else 200, rows


def _do(request: HttpRequest, laid: practice.Practice, act: dict[str, Any], now: datetime) -> HttpResponse:
    """One act by the view that a real handover has for it, and then what the partner does."""
    slug, key, data = laid.desk.slug, laid.handover.pk, dict(act["data"])
    if act["what"] == "start/":
        answer = page.start(_asking(request, {"incoming": str(request.user.pk)}), desk=slug)
    elif act["what"].startswith("sign/"):
        try:
            practice.sign(laid, act["what"].split("/")[1], now)
            answer = HttpResponse()
        except Refused:
            answer = page.page(_asking(request), desk=slug)
            answer.status_code = 422
    elif act["what"] in WHOLE:
        if "matter" in data:
            keys, place = _rows(laid.handover)["matters"], int(data["matter"])
            data["matter"] = str(keys[place]) if 0 <= place < len(keys) else ""
        answer = WHOLE[act["what"]](_asking(request, data), desk=slug, handover=key)
    else:
        keys = _rows(laid.handover)[act["what"]]
        if act["place"] >= len(keys):
            return HttpResponse(status=422)
        name = {"matters": "matter", "counts": "line", "checks": "line"}[act["what"]]
        answer = ROWS[act["what"]][act["verb"]](_asking(request, data), desk=slug, handover=key, **{name: keys[act["place"]]})
    practice.play_partner(laid, now)
    return answer


def _asking(request: HttpRequest, data: dict[str, str] | None = None) -> HttpRequest:
    """The request as a view of the practice desk gets it: the same player, other data, a session that nobody keeps."""
    asking = copy.copy(request)
    asking.method = "GET" if data is None else "POST"
    asking.GET, asking.POST = QueryDict(), QueryDict(mutable=True)  # type: ignore[assignment]
    asking.POST.update(data or {})  # type: ignore[arg-type]
    asking.session, asking.htmx = SessionBase(), False  # type: ignore[attr-defined]
    for read in ("_handover_standing", "_seated_people"):
        asking.__dict__.pop(read, None)
    forget(request.user)
    return asking


def _rows(handover: Handover) -> dict[str, list[int]]:
    return {
        "matters": list(handover.matters.order_by("root__number").values_list("pk", flat=True)),
        "counts": list(handover.counts.order_by("item__position", "item__code").values_list("pk", flat=True)),
        "checks": list(handover.checks.order_by("item__position", "item__code").values_list("pk", flat=True)),
    }


def _marked(html: str, laid: practice.Practice, desk: Desk) -> str:
    """The page with its forms led to the practice, what a practice has not taken away, and the mark on every line."""
    own, slug = reverse("handover:practice", args=[desk.slug]), laid.desk.slug
    html = re.sub(r'<details class="fold" id="(?:refuse|suspend|cancel)".*?</details>', "", html, flags=re.S)
    html = re.sub(r'<section class="card no-print" id="supervisor">.*?</section>', "", html, flags=re.S)
    html = re.sub(r'<a class="btn[^"]*" href="#(?:refuse|suspend)"[^>]*>.*?</a>', "", html)
    html = re.sub(rf'action="/handover/{slug}/(?:{laid.handover.pk}/)?([^"]*)"', rf'action="{own}?do=\1"', html)
    html = re.sub(rf'href="/(\w+)/{slug}/"', rf'href="/\1/{desk.slug}/"', html)
    html = re.sub(rf'href="[^"]*{slug}[^"]*"', f'href="{own}"', html)
    html = html.replace('hx-boost="true"', "").replace(f'data-guided="/handover/{slug}/"', f'data-guided="{own}"')
    html = html.replace(f"/{slug}/", f"/{desk.slug}/")
    mark = f'<span class="tag warn">{escape(_("Practice"))}</span> '
    html = LINES.sub(lambda found: found[0] + mark, html).replace("<h1>", f"<h1>{mark}")
    token = re.search(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>', html)
    again = (
        f'<form class="d-inline" method="post" action="{own}">{token[0] if token else ""}'
        f'<button class="btn btn-sm" name="again" value="1" type="submit">{escape(_("Begin again"))}</button></form>'
    )
    words = escape(_("Practice: nothing of this stands in the log, no watch moves, nobody is told. Sign for both sides; no PIN is asked."))
    banner = f'<div class="message warning mb-3" role="status" id="practice"><div>{words} {again}</div></div>'
    return re.sub(r"(<main[^>]*>)", lambda found: found[0] + banner, html, count=1)
