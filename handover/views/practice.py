"""The practice handover: the guided page itself, played over a desk that never was, and marked as practice on every line."""

import copy
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from desks.models import Desk
from desks.permissions import desk_page, forget
from handover import forms as own
from handover import practice
from handover.models import Handover, HandoverMatter
from handover.views import acts, counting, page, preparing, records, steps
from handover.views.guided import act_and_answer, guided

KEPT = "handover.practice"
KEPT_FOR = timedelta(days=1)
MOST_ACTS = 120
LONGEST = 2000
SIDES = ("incoming", "outgoing")
# The posts that a practice plays by the view of a real handover, by what follows the handover's address.
ROWS = {
    "matters": {"tell": steps.tell, "acknowledge": steps.acknowledge, "heard": preparing.heard},
    "counts": {"": counting.count}, "checks": {"": counting.check, "answer": counting.answer_check},
    "questions": {"": steps.answer},
}
ARGUMENT = {"matters": "matter", "counts": "line", "checks": "line", "questions": "question"}
WHOLE = {
    "questions/": steps.ask, "rest/": steps.acknowledge_rest, "counts/all/": counting.count_all, "checks/all/": counting.check_all,
    "remarks/": steps.remarks, "reservations/": steps.reservations, "together/": preparing.together, "news/all/": preparing.read_all,
    "summary/": preparing.summary, "refresh/": steps.refresh, "suspend/": acts.suspend, "resume/": acts.resume,
}
# Those that ask for a PIN, name people or are the supervisor's; the practice plays them itself.
PLAYED = ("start/", "sign/outgoing/", "sign/incoming/", "refuse/", "decide/")
SENT = (
    "said_back", "question", "counted", "explanation", "result", "reading", "remark", "answer", "words", "remarks", "reservations", "together",
    "apart_because", "matter", "and_checked", "next_step", "severity", "owner", "by_when", "if_then", "summary", "fault", "side", "ground",
    "remedy", "note", "outcome", "reason",
)


@dataclass(frozen=True)
class Played:
    """Where the pages of a practice lead (`act_url`, `page_url`): its acts to the practice, its links to the real desk's pages."""

    laid: practice.Practice
    desk: Desk

    @property
    def home(self) -> str:
        """The address of the practice."""
        return reverse("handover:practice", args=[self.desk.slug])

    def act_at(self, address: str) -> str:
        """Where a form sends its act: to the practice, with what follows the handover's address."""
        rest = address.removeprefix(reverse("handover:page", args=[self.laid.desk.slug]))
        return f"{self.home}?do={'' if rest == address else rest.removeprefix(f'{self.laid.handover.pk}/')}"

    def page_at(self, name: str, values: tuple[Any, ...]) -> str:
        """Where a link leads: to the real desk's page, or back to the practice for what exists in it alone."""
        real = values == (self.laid.desk.slug,) and name != "handover:page"
        return reverse(name, args=[self.desk.slug]) if real else self.home


@desk_page("handover.take_part")
@require_http_methods(["GET", "POST"])
def practise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shows the practice as far as its player has come; a post is one more act of theirs, or begins again, on either side."""
    now = timezone.now()
    kept = _kept(request, now)
    if request.method == "POST" and "again" in request.POST:
        side = request.POST["again"]
        request.session[KEPT] = _new(now, side if side in SIDES else kept["side"])
        return redirect("handover:practice", desk.slug)
    more = _asked(request, kept) if request.method == "POST" else None
    if request.method == "POST" and (more is None or len(kept["acts"]) >= MOST_ACTS):
        return redirect("handover:practice", desk.slug)
    acts_so_far = [*kept["acts"], *([more] if more else [])]
    html, refused, rows = _played(request, desk, kept["side"], acts_so_far, now, draws=more is None)
    done = more is not None and not refused
    if done:
        kept["acts"].append(more)
    kept["rows"] = rows
    request.session[KEPT] = kept
    if done:
        return redirect("handover:practice", desk.slug)
    context = {"desk": desk, "section": "handover", "played": html, "side": kept["side"]}
    return render(request, "handover/practice.html", context, status=422 if refused else 200)


def _new(now: datetime, side: str) -> dict[str, Any]:
    return {"begun": now.isoformat(), "side": side, "acts": [], "rows": {}}


def _kept(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What the player has done so far; a practice of yesterday is forgotten."""
    kept = request.session.get(KEPT)
    if kept is None or "side" not in kept or now - datetime.fromisoformat(kept["begun"]) > KEPT_FOR:
        return _new(now, "incoming")
    return kept


def _asked(request: HttpRequest, kept: dict[str, Any]) -> dict[str, Any] | None:
    """The act that was posted, in words that hold when the desk is laid anew: rows by their place and not by their key."""
    what = request.GET.get("do", "")
    data = {name: request.POST[name][:LONGEST] for name in SENT if name in request.POST}
    heard = [place for key in request.POST.getlist("heard")[:MOST_ACTS] if (place := _place(kept, "matters", key)) >= 0]
    if re.fullmatch(r"refusals/\d{1,18}/decide/", what):
        what = "decide/"
    if what in WHOLE or what in PLAYED:
        if data.get("matter"):
            data["matter"] = str(_place(kept, "matters", data["matter"]))
        return {"what": what, "data": data, "heard": heard}
    found = re.fullmatch(r"(matters|counts|checks|questions)/(\d{1,18})/(?:(\w+)/)?", what)
    if found is None or (found[3] or "") not in ROWS[found[1]]:
        return None
    place = _place(kept, found[1], found[2])
    return {"what": found[1], "place": place, "verb": found[3] or "", "data": data} if place >= 0 else None


def _place(kept: dict[str, Any], rows: str, key: str) -> int:
    keys = kept["rows"].get(rows, [])
    return keys.index(int(key)) if key.isdecimal() and len(key) < 19 and int(key) in keys else -1


def _played(
    request: HttpRequest, desk: Desk, side: str, played: list[dict[str, Any]], now: datetime, *, draws: bool
) -> tuple[SafeString, bool, dict[str, list[int]]]:
    """The page after these acts, whether the last was refused, and the keys of its rows in their order. Nothing of it stands afterwards.

    Drawing the page is the dear part: after a post that was not refused it is left to the page that follows.
    """
    player = request.user
    with practice.never_was():
        laid = practice.lay(player, desk, now, side)
        at = Played(laid, desk)
        for act in played[:-1]:
            _do(request, at, act, now)
        answer = _do(request, at, played[-1], now) if played else None
        refused = answer is not None and answer.status_code == 422
        html = answer.content.decode() if answer is not None and refused else _drawn(request, at) if draws else ""
        rows = _rows(laid.handover)
    # Every text in it was escaped by the templates that drew it.
    return mark_safe(html), refused, rows  # noqa: S308


def _drawn(request: HttpRequest, at: Played) -> str:
    """The guided page's part, or once it is over the record's."""
    row, asking = Handover.objects.select_related("desk__site", "desk__settings").get(pk=at.laid.handover.pk), _asking(request, at)
    if row.is_open:
        return page.page(asking, desk=at.laid.desk.slug).content.decode()
    return render_to_string("handover/_record.html", records.recorded(asking, row) | {"practice": at}, request=asking)


def _do(request: HttpRequest, at: Played, act: dict[str, Any], now: datetime) -> HttpResponse:
    """One act by the view that a real handover has for it, and then what the partner does."""
    laid, data = at.laid, dict(act["data"])
    slug, key, rows = laid.desk.slug, laid.handover.pk, _rows(laid.handover)
    if act["what"] == "start/":
        answer = page.start(_asking(request, at, {"incoming": str(laid.incoming.pk)}), desk=slug)
    elif act["what"] in PLAYED:
        answer = _play(request, at, act, rows)
    elif act["what"] in WHOLE:
        if "matter" in data:
            place = int(data["matter"])
            data["matter"] = str(rows["matters"][place]) if 0 <= place < len(rows["matters"]) else ""
        answer = WHOLE[act["what"]](_asking(request, at, data), desk=slug, handover=key)
    elif act["place"] < len(rows[act["what"]]):
        view, line = ROWS[act["what"]][act["verb"]], rows[act["what"]][act["place"]]
        answer = view(_asking(request, at, data), desk=slug, handover=key, **{ARGUMENT[act["what"]]: line})
    else:
        answer = guided(_asking(request, at), laid.desk, status=422)
    practice.play_partner(laid, now)
    return answer


def _play(request: HttpRequest, at: Played, act: dict[str, Any], rows: dict[str, list[int]]) -> HttpResponse:
    """Signing, refusing and the supervisor's decision, which the practice plays without a PIN."""
    laid, asking = at.laid, _asking(request, at, act["data"])
    if act["what"].startswith("sign/"):
        side = act["what"].split("/")[1]
        heard = HandoverMatter.objects.filter(pk__in=[rows["matters"][place] for place in act["heard"] if place < len(rows["matters"])])
        return act_and_answer(
            asking, laid.desk, key=f"sign-{side}", form=forms.Form(asking.POST, auto_id=f"sign-{side}-%s"), anchor="sign",
            act=lambda _data, now: practice.sign(laid, side, now, list(heard) if side == "outgoing" else ()),
        )
    if act["what"] == "decide/":
        return act_and_answer(
            asking, laid.desk, key="decide", form=own.DecideForm(asking.POST, auto_id="decide-%s"), anchor="guided",
            act=lambda data, now: practice.decide(laid, now, **data),
        )
    form = own.RefuseForm(asking.POST, desk=laid.desk, auto_id="refuse-%s")
    del form.fields["secret"]
    return act_and_answer(
        asking, laid.desk, key="refuse", form=form, anchor="stop",
        act=lambda data, now: practice.refuse(
            laid, data["side"], now, ground=form.chosen(), remedy=data["remedy"], remark=data["remark"], by_when=data["by_when"], note=data["note"],
        ),
    )


def _asking(request: HttpRequest, at: Played, data: dict[str, str] | None = None) -> HttpRequest:
    """The request as a view of the practice desk gets it: the player's double, other data, a session that nobody keeps."""
    asking = copy.copy(request)
    asking.method = "GET" if data is None else "POST"
    asking.GET, asking.POST = QueryDict(), QueryDict(mutable=True)  # type: ignore[assignment]
    asking.POST.update(data or {})  # type: ignore[arg-type]
    asking.session, asking.htmx, asking.practice = SessionBase(), False, at  # type: ignore[attr-defined]
    for read in ("_handover_standing", "_seated_people"):
        asking.__dict__.pop(read, None)
    asking.user, asking.sent_by = at.laid.player, request.user  # type: ignore[attr-defined]
    forget(asking.user)
    return asking


def _rows(handover: Handover) -> dict[str, list[int]]:
    return {
        "matters": list(handover.matters.order_by("root__number").values_list("pk", flat=True)),
        "counts": list(handover.counts.order_by("item__position", "item__code").values_list("pk", flat=True)),
        "checks": list(handover.checks.order_by("item__position", "item__code").values_list("pk", flat=True)),
        "questions": list(handover.questions.order_by("pk").values_list("pk", flat=True)),
    }
