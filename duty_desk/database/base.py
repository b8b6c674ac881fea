"""Django's PostgreSQL, with kept connections that any thread takes up again, the one that asked last first (docs/decisions/0107).

A server's threads take turns. With a connection of its own, each of them meets one that has cooled down: its plans and the
rows that it has read lie far away for the processor. One client of eight connections so waits for each in turn.
"""

import os
import select
import time
from collections import deque
from typing import Any

from django.db.backends.postgresql import base

_idle: "deque[tuple[tuple[Any, ...], Any, float | None]]" = deque()
"""Connections that nobody uses: where they lead, the connection, and until when (by the monotonic clock) it is kept."""
# What a process had before it was forked stays with the one that it came from.
os.register_at_fork(after_in_child=_idle.clear)


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection to PostgreSQL; given back at the end of a request, and looked at before it is used again."""

    _until: float | None = None

    def is_usable(self) -> bool:
        """Whether the server has left the connection as it was: one that it closed, or wrote to unasked, is made anew."""
        return _is_usable(self.connection)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The connection that was given back last, or a new one where none is kept."""
        self._until = None
        while True:
            try:
                where, kept, until = _idle.pop()
            except IndexError:
                return super().get_new_connection(conn_params)
            if where == self._where() and _is_usable(kept) and (until is None or time.monotonic() < until):
                self._until = until
                return kept
            kept.close()

    def connect(self) -> None:
        """As Django does, and a kept connection grows no younger by being taken up again."""
        super().connect()
        self.close_at = self._until or self.close_at

    def close_if_unusable_or_obsolete(self) -> None:
        """At both ends of a request: what may be used again is kept for whoever asks next."""
        super().close_if_unusable_or_obsolete()
        if self.connection is not None and not self.in_atomic_block:
            _idle.append((self._where(), self.connection, self.close_at))
            self.connection = None

    def _where(self) -> tuple[Any, ...]:
        return tuple(self.settings_dict[name] for name in ("NAME", "USER", "HOST", "PORT"))


def _is_usable(kept: Any) -> bool:
    """An idle connection has nothing to read until the server ends it, so that one look at the socket does what a statement of its
    own would, at every request, without the way there and back.
    """
    if kept is None or kept.closed:
        return False
    look = select.poll()
    look.register(kept.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
    return not look.poll(0)
