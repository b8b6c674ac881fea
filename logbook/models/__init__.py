"""The record: books, entries and what their triggers derive, watches, reviews and who has read what."""

from logbook.models.proofs import ProofRequest
from logbook.models.proving import Checkpoint, SigningKey, TreeNode, Verification
from logbook.models.readings import AccessRecord, DailyReview, ImportedFile
from logbook.models.record import Book, Entry, EntryDigest, EntryText, FollowUp, PersonalValue
from logbook.models.watches import Watch, WatchMember

__all__ = [
    "AccessRecord",
    "Book",
    "Checkpoint",
    "DailyReview",
    "Entry",
    "EntryDigest",
    "EntryText",
    "FollowUp",
    "ImportedFile",
    "PersonalValue",
    "ProofRequest",
    "SigningKey",
    "TreeNode",
    "Verification",
    "Watch",
    "WatchMember",
]
