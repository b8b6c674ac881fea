"""The record: books, entries and what their triggers derive, watches, reviews, who has read what, and what is erased or veiled."""

from logbook.models.attachments import Upload
from logbook.models.exports import ExportJob
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
    "Book",
    "Checkpoint",
    "DailyReview",
    "Entry",
    "EntryDigest",
    "EntryText",
    "ErasedValue",
    "ErasureRun",
    "ExportJob",
    "FollowUp",
    "ImportedFile",
    "LegalHold",
    "LegalHoldLift",
    "PersonalPeriod",
    "PersonalValue",
    "ProofRequest",
    "SealedText",
    "SearchText",
    "SigningKey",
    "TreeNode",
    "Upload",
    "Veil",
    "VeilDeclined",
    "VeilRequest",
    "Verification",
    "Watch",
    "WatchMember",
]
