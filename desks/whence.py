"""From where a request comes, for the records that name it (A20): the address of the other end, or none outside a request."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str | None] = ContextVar("address", default=None)


def address() -> str | None:
    """The address of whoever sent the present request; None for the clock and for commands."""
    return _address.get()


class AddressMiddleware:
    """Keeps the address at hand for as long as a request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _address.set(_sender(request))
        try:
            return self.get_response(request)
        finally:
            _address.reset(before)


def _sender(request: HttpRequest) -> str | None:
    """The peer, or behind so many proxies of ours what the outermost of them saw; what a client claims is not believed."""
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.PROXIES_IN_FRONT
    said = passed[-proxies] if proxies and len(passed) >= proxies else request.META.get("REMOTE_ADDR", "")
    return _plain(said)


@lru_cache(1024)
def _plain(said: str) -> str | None:
    try:
        return str(ip_address(said))
    except ValueError:
        return None
