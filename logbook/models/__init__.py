"""The record: books, entries and what their triggers derive, watches, reviews, who has read what, what is erased or veiled, archived and purged."""

from logbook.models.archives import Archive, Purge, PurgeDecision, PurgeRequest, PurgeStep, RetentionPeriod
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
from logbook.models.proofs import ProofRequest
from logbook.models.proving import Checkpoint, SigningKey, TreeNode, Verification
from logbook.models.readings import AccessRecord, DailyReview, ImportedFile
from logbook.models.record import Book, Entry, EntryDigest, EntryText, FollowUp, PersonalValue, SearchText
from logbook.models.watches import Watch, WatchMember

__all__ = [
    "AccessRecord",
    "Archive",
    "Book",
    "Checkpoint",
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
    "ProofRequest",
    "Purge",
    "PurgeDecision",
    "PurgeRequest",
    "PurgeStep",
    "RetentionPeriod",
    "SealedText",
    "SearchText",
    "SigningKey",
    "TreeNode",
    "Veil",
    "VeilDeclined",
    "VeilRequest",
    "Verification",
    "Watch",
    "WatchMember",
]
