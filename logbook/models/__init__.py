"""The record: books, entries and what their triggers derive, watches, reviews and who has read what."""

from logbook.models.readings import AccessRecord, DailyReview, ImportedFile
from logbook.models.record import Book, Entry, EntryDigest, EntryText, FollowUp, PersonalValue, SearchText
from logbook.models.watches import Watch, WatchMember

__all__ = [
    "AccessRecord",
    "Book",
    "DailyReview",
    "Entry",
    "EntryDigest",
    "EntryText",
    "FollowUp",
    "ImportedFile",
    "PersonalValue",
    "SearchText",
    "Watch",
    "WatchMember",
]
