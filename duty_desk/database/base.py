"""Django's PostgreSQL with a look at a kept connection that asks the server nothing."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection to PostgreSQL; kept between requests, and looked at before it is used again."""

    def is_usable(self) -> bool:
        """Whether the server has left the connection as it was: one that it closed, or wrote to unasked, is made anew.

        An idle connection has nothing to read until the server ends it, so that one look at the socket does what a
        statement of its own would, at every request, without the way there and back.
        """
        kept = self.connection
        if kept is None or kept.closed:
            return False
        look = select.poll()
        look.register(kept.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
        return not look.poll(0)
