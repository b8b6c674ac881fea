"""One range of a book verified in a process of its own: imports nothing of Django before Django is set up."""

from typing import Any

import django


def verify_apart(book: int, first: int, last: int, database: dict[str, Any]) -> Any:
    """How many entries hold and the first breach, on the database of the process that asked; the connection ends with this process."""
    django.setup()
    from django.db import connection

    from logbook.models import Book
    from logbook.verify import verify_range

    connection.settings_dict.update(database)
    return verify_range(Book.objects.get(pk=book), first, last)
