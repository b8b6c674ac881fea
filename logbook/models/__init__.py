"""The record: books, entries and what their triggers derive, watches, reviews and who has read what."""

from logbook.models.record import Book, Entry, EntryDigest, EntryText, FollowUp, PersonalValue
from logbook.models.watches import Watch, WatchMember

__all__ = ["Book", "Entry", "EntryDigest", "EntryText", "FollowUp", "PersonalValue", "Watch", "WatchMember"]
