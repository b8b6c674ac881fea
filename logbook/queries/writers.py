"""Who has written in a desk's books: as many looks into an index as there are such people, however long the books are (A17)."""

from desks.models import Desk, Person
from logbook.queries.entries import book_ids_of

# From one writer to the next within the index: DISTINCT would read every entry.
WRITERS = """WITH RECURSIVE written(book, person) AS (
    SELECT book, (SELECT min(author_id) FROM logbook_entry WHERE book_id = book) FROM unnest(%s::bigint[]) AS given(book)
    UNION ALL
    SELECT book, (SELECT min(author_id) FROM logbook_entry WHERE book_id = book AND author_id > person) FROM written WHERE person IS NOT NULL
), entered(book, person) AS (
    SELECT book, (SELECT min(entered_by_id) FROM logbook_entry WHERE book_id = book AND entered_by_id IS NOT NULL)
    FROM unnest(%s::bigint[]) AS given(book)
    UNION ALL
    SELECT book, (SELECT min(entered_by_id) FROM logbook_entry WHERE book_id = book AND entered_by_id > person) FROM entered WHERE person IS NOT NULL
)
SELECT id, name, name_latin, ended_at FROM desks_person
WHERE id IN (SELECT person FROM written UNION SELECT person FROM entered) ORDER BY ended_at IS NOT NULL, id"""


def writers_of(desk: Desk) -> list[Person]:
    """Everybody who wrote or entered an entry of the desk's books, also who has left; those who are still there first."""
    books = book_ids_of(desk)
    return list(Person.objects.raw(WRITERS, [books, books]))
