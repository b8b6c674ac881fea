"""What every answer gets: the content security policy, and a page in words for an act that was refused."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from desks.refusal import Refused
from desks.seats import refusal_answer

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


class ContentSecurityPolicyMiddleware:
    """Nothing is loaded from elsewhere, and no script or style stands inside a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Htmx(HtmxDetails):
    """What htmx says of its request. Whether it asks at all is read where it came in: to look there by the header's name, all headers are taken apart."""

    def __bool__(self) -> bool:
        return self.request.META.get("HTTP_HX_REQUEST") == "true"


class HtmxMiddleware:
    """Keeps what htmx says at hand as `request.htmx`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.htmx = Htmx(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class RefusalMiddleware:
    """Turns a refusal that no view has placed beside a field into a page, or for htmx into a part, with status 422.

    An address that only takes forms, opened as a page, says so in words too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content and "text/html" in request.headers.get("Accept", ""):
            page = render(request, "errors/405.html", status=response.status_code)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answers a Refused; other exceptions go their way."""
        return refusal_answer(request, exception) if isinstance(exception, Refused) else None
