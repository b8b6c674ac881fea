"""The record: books, entries and what their triggers derive, watches, reviews, who has read what, and what is erased or veiled."""

from logbook.models.keeping import (
    ErasedValue,
    ErasureRun,
    LegalHold,
    LegalHoldLift,
    PersonalPeriod,
    SealedText,
    Veil,
    VeilDeclined,
    VeilRequest,
)
from logbook.models.readings import AccessRecord, DailyReview, ImportedFile
from logbook.models.record import Book, Entry, EntryDigest, EntryText, FollowUp, PersonalValue
from logbook.models.watches import Watch, WatchMember

__all__ = [
    "AccessRecord",
    "Book",
    "DailyReview",
    "Entry",
    "EntryDigest",
    "EntryText",
    "ErasedValue",
    "ErasureRun",
    "FollowUp",
    "ImportedFile",
    "LegalHold",
    "LegalHoldLift",
    "PersonalPeriod",
    "PersonalValue",
    "SealedText",
    "Veil",
    "VeilDeclined",
    "VeilRequest",
    "Watch",
    "WatchMember",
]
