"""Reads of the record that more than one page or floor needs; a page costs the same however long the log is."""

from logbook.queries.attention import pinned_of, readers_offered
from logbook.queries.completing import completed_handlers, completed_places
from logbook.queries.entries import (
    HEAVY,
    PAGE,
    answers_to,
    asks_for_words,
    book_ids_of,
    entries_of,
    for_rows,
    found_entries,
    found_keys,
)
from logbook.queries.follow_ups import (
    closed_follow_ups_of,
    open_and_overdue,
    open_follow_ups_of,
    open_imported_of,
    overdue_follow_ups_of,
    todo_of,
)
from logbook.queries.keeping import erasures_of, holds_of, open_veil_requests_of, periods_of, searches_phones
from logbook.queries.recording import (
    TO_RECORD,
    Recording,
    desk_since,
    head_of,
    in_emergency,
    recording_at,
    running_emergencies,
)
from logbook.queries.reviews import (
    NOT_REVIEWED,
    consents_of,
    entries_to_review,
    last_review_of,
    unread_count_for_review,
    waiting_for_consent,
)
from logbook.queries.watches import current_watch, on_duty_at, watch_and_people, watch_people

__all__ = [
    "HEAVY",
    "NOT_REVIEWED",
    "PAGE",
    "TO_RECORD",
    "Recording",
    "answers_to",
    "asks_for_words",
    "book_ids_of",
    "closed_follow_ups_of",
    "completed_handlers",
    "completed_places",
    "consents_of",
    "current_watch",
    "desk_since",
    "entries_of",
    "entries_to_review",
    "erasures_of",
    "for_rows",
    "found_entries",
    "found_keys",
    "head_of",
    "holds_of",
    "in_emergency",
    "last_review_of",
    "on_duty_at",
    "open_and_overdue",
    "open_follow_ups_of",
    "open_imported_of",
    "open_veil_requests_of",
    "overdue_follow_ups_of",
    "periods_of",
    "pinned_of",
    "readers_offered",
    "recording_at",
    "running_emergencies",
    "searches_phones",
    "todo_of",
    "unread_count_for_review",
    "waiting_for_consent",
    "watch_and_people",
    "watch_people",
]
