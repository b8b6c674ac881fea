"""Parts of pages that are rendered once for each state of what they show (docs/decisions/0022).

A part is kept in this process under a key that says all it depends on. Another state has another key, so nothing kept
is ever out of date, however many processes there are, and there is nothing to invalidate. What belongs to one answer
alone, the token against forged requests and the page's own address, is filled in when the part is sent.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Stands in a kept part where a token belongs; made anew in each process and never sent, so that nobody can write it.
TOKEN_HERE = secrets.token_hex(32)
# The same for the page's own address, as it is and as a part of another: to come back to after signing in.
PAGE_HERE, QUOTED_PAGE_HERE = secrets.token_hex(32), secrets.token_hex(32)


class Kept:
    """The last few things made, by key; safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size, self._lock, self._things = size, Lock(), OrderedDict[Any, Any]()

    def find(self, key: Any) -> Any:
        """What is kept under the key, or None."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key]

    def put(self, key: Any, made: Any) -> None:
        """Keeps the thing under the key; the one that was asked for longest ago goes."""
        with self._lock:
            self._things[key] = made
            while len(self._things) > self._size:
                self._things.popitem(last=False)

    def empty(self) -> None:
        """Keeps nothing any more: for tests, whose database is put back as it was."""
        with self._lock:
            self._things.clear()

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """What is kept under the key, or what `make` makes of the key alone."""
        made = self.find(key)
        if made is None:
            made = make()
            self.put(key, made)
        return made


def filled(part: str, request: HttpRequest) -> SafeString:
    """The part as it is sent: with this request's token in its forms, and the address of its page."""
    if TOKEN_HERE in part:
        part = part.replace(TOKEN_HERE, get_token(request))
    if PAGE_HERE in part:
        part = part.replace(PAGE_HERE, escape(request.get_full_path()))
    if QUOTED_PAGE_HERE in part:
        part = part.replace(QUOTED_PAGE_HERE, escape(quote(request.get_full_path())))
    return mark_safe(part)  # noqa: S308


class Parts:
    """The parts of one page: looked up, or made and kept once it is sure that they show the state of their key.

    What a part shows is read after its key. If anything changed in between, the page is right, but its parts belong
    under no key: `settle` asks again and then keeps nothing.
    """

    def __init__(self, kept: Kept, key: tuple[Any, ...] | None) -> None:
        self._kept, self._key, self._made = kept, key, dict[Any, Any]()

    def get(self, name: str, make: Callable[[], Any], *own: Any) -> Any:
        """The part of that name and of its own further keys."""
        key = (name, own, self._key)
        found = self._kept.find(key) if self._key is not None else None
        if found is None:
            found = make()
            self._made[key] = found
        return found

    def settle(self, still: Callable[[], bool]) -> None:
        """Keeps what was made, if `still` says that the page's state is what it was."""
        if self._key is not None and self._made and still():
            for key, made in self._made.items():
                self._kept.put(key, made)
