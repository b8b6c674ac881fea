"""The record: books, entries and what their triggers derive, watches, reviews, who has read what, and what is erased or veiled."""

from logbook.models.archives import Archive, Purge, PurgeDecision, PurgeRequest, PurgeStep, RetentionPeriod
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
from logbook.models.readings import SHOWN_AS_IT_GOES_ON, AccessRecord, DailyReview, ImportedFile
from logbook.models.record import Book, Entry, EntryDigest, EntryText, FollowUp, PersonalValue, SearchName, SearchText
from logbook.models.system import SystemRun
from logbook.models.watches import Watch, WatchMember
from logbook.models.witnesses import Sending, Witness

__all__ = [
    "SHOWN_AS_IT_GOES_ON",
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
    "ExportJob",
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
    "SearchName",
    "SearchText",
    "Sending",
    "SigningKey",
    "SystemRun",
    "TreeNode",
    "Upload",
    "Veil",
    "VeilDeclined",
    "VeilRequest",
    "Verification",
    "Watch",
    "WatchMember",
    "Witness",
]
