"""What a browser keeps of a half-written form until its act was done (I10): static/duty_desk/kept_forms.js."""

import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

COOKIE = "kept_done"
KEPT_SECONDS = 3600
MOST = 8
"""So many of the newest marks the cookie holds: each tab looks for its own at its next page."""
MARK = re.compile(r"[0-9a-f]{32}")


def tell_done(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Tells the browser that what it sent under its mark was done: the view itself has answered the form with another page.

    A refused form is answered with the form or the refusal, and who must sign in first never reaches the view.
    """
    if request.method != "POST" or answer.status_code != HTTPStatus.FOUND:
        return
    mark = request.POST.get("_kept", "")
    if MARK.fullmatch(mark):
        earlier = [each for each in request.COOKIES.get(COOKIE, "").split(".") if MARK.fullmatch(each)]
        answer.set_cookie(
            COOKIE, ".".join([*earlier, mark][-MOST:]), max_age=KEPT_SECONDS, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
