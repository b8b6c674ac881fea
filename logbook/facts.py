"""What the log lets pages know at once (desks.hooks.facts): the present book, its newest entry, the watch that holds the desk."""

from desks.hooks import facts

BOOK = "SELECT book.id FROM logbook_book AS book WHERE book.desk_id = desk.id ORDER BY book.epoch DESC LIMIT 1"
# Number and digest: they determine all that the book says (I2).
NEWEST = f"""SELECT newest.number || ':' || encode(newest.digest, 'hex') FROM logbook_entrydigest AS newest
    WHERE newest.book_id = ({BOOK}) ORDER BY newest.number DESC LIMIT 1"""
BOOKS = "SELECT array_agg(book.id ORDER BY book.id) FROM logbook_book AS book WHERE book.desk_id = desk.id"
OF_THE_WATCH = """SELECT EXISTS (SELECT FROM logbook_watchmember AS member JOIN logbook_watch AS watch ON watch.id = member.watch_id
    WHERE watch.desk_id = desk.id AND watch.ended_at IS NULL AND member.left_at IS NULL AND member.person_id = %(person)s)"""
# As logbook.queries.on_duty_at: of any watch of the site.
ON_DUTY = """SELECT EXISTS (SELECT FROM logbook_watchmember AS member JOIN logbook_watch AS watch ON watch.id = member.watch_id
    JOIN desks_desk AS held ON held.id = watch.desk_id
    WHERE held.site_id = desk.site_id AND watch.ended_at IS NULL AND member.left_at IS NULL AND member.person_id = %(person)s)"""
# Key and first number of the watch that holds the desk, then its rows: they change with everything that happens to it.
WATCH = """SELECT min(watch.id) || ':' || min(watch.first_number) || ':' || string_agg(ROW(watch.*, member.*)::text, '' ORDER BY member.id)
    FROM logbook_watch AS watch LEFT JOIN logbook_watchmember AS member ON member.watch_id = watch.id
    WHERE watch.desk_id = desk.id AND watch.ended_at IS NULL"""


def register_facts() -> None:
    """Registers what the log knows."""
    facts.register("logbook.book", BOOK)
    facts.register("logbook.books", BOOKS)
    facts.register("logbook.newest", NEWEST)
    facts.register("logbook.on_duty", ON_DUTY)
    facts.register("logbook.watch", WATCH)
    facts.register("logbook.of_the_watch", OF_THE_WATCH)
