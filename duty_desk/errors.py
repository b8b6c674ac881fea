"""Error pages in the site's look: what happened, and what to do."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's secret did not fit: usually the page stood open for too long."""
    return render(request, "errors/csrf.html", status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is here, or nothing that this person may know of."""
    return render(request, "errors/404.html", status=404)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person's role does not have the right."""
    return render(request, "errors/403.html", status=403)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request could not be read."""
    return render(request, "errors/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Plain HTML without a query: it must render when all else is down, the database above all."""
    if is_away(sys.exception()):
        return HttpResponse(render_to_string("errors/503.html"), status=503, headers={"Retry-After": "10"})
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def is_away(error: BaseException | None) -> bool:
    """Whether the database could not be reached, has gone or takes nobody in; not what it says of a statement."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "pgcode", None) or ""
    return not code or code[:2] in {"08", "53"} or code.startswith("57P0")
