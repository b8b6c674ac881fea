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

    def is_usable(self) -> bool:
        """Whether the server has left the connection as it was: one that it closed, or wrote to unasked, is made anew."""
        return _is_usable(self.connection)

    def connect(self) -> None:
        """Takes up the connection that was given back last, as Django's own leaves a new one; where none is kept, makes one."""
        taken = self._taken()
        if taken is None:
            super().connect()
            return
        # It grows no younger by being taken up again.
        self.connection, self.close_at = taken
        self.in_atomic_block = self.needs_rollback = self.closed_in_transaction = self.errors_occurred = False
        self.savepoint_ids, self.atomic_blocks, self.run_on_commit = [], [], []
        self.health_check_enabled = self.settings_dict["CONN_HEALTH_CHECKS"]
        self.health_check_done = self.autocommit = True

    def _taken(self) -> tuple[Any, float | None] | None:
        while True:
            try:
                where, kept, until = _idle.pop()
            except IndexError:
                return None
            if where == self._where() and _is_usable(kept) and (until is None or time.monotonic() < until):
                return kept, until
            kept.close()

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
