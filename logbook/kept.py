"""What a page of the log need not make anew: the frame, the desk's words, who has written in its books (docs/decisions/0022).

As on the desk page all of it is kept by what the gate says of the rows that it comes from, so that nothing kept is out of date.
"""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language

from desks.facts import WORDS
from desks.gate import stands_as
from desks.keeping import Kept, Parts
from desks.models import Desk
from desks.permissions import standing_of
from desks.templatetags.desks_tags import shown_name
from logbook.queries import writers_of
from logbook.words import DeskWords

LOG_FACTS = (*WORDS, "desks.desks", "notices.unread", "logbook.newest", "logbook.books", "logbook.on_duty")

_frames, _words = Kept(256), Kept(64)


class Lasting:
    """What is kept for one answer; `settle` keeps what was made for it, once it is sure of its state."""

    def __init__(self, request: HttpRequest, desk: Desk, now: datetime) -> None:
        self._request, self._desk, self._now, self._known = request, desk, now, desk.known
        facts, language = self._known.facts, get_language()
        self._of_desk = Parts(_words, (desk.pk, *(facts[name] for name in WORDS), language))
        self._frame = request.parts = Parts(_frames, (desk.pk, self._known.place, standing_of(request.user, now), language))  # type: ignore[attr-defined]

    def words(self) -> DeskWords:
        """What the desk calls its kinds, sources and departments."""
        return self._of_desk.get("words", lambda: DeskWords(self._desk).read())

    def writers(self) -> list[tuple[str, str]]:
        """Everybody who wrote in the desk's books, by key and name, as a filter offers them."""
        return self._of_desk.get("writers", lambda: named(self._desk), self._known.facts["logbook.newest"])

    def settle(self) -> None:
        """Keeps what was made, if the desk still is what the page's gate has said."""
        for parts in (self._of_desk, self._frame):
            parts.settle(lambda: stands_as(self._request.user, self._desk, self._now))


def named(desk: Desk) -> list[tuple[str, str]]:
    """Those who wrote in the desk's books, by key and name."""
    return [(str(person.pk), shown_name(person)) for person in writers_of(desk)]
