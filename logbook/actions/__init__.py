"""The acts on the record; the only door to writing it."""

from logbook.actions.archives import NotArchived, archive_months, set_retention, why_archive_does_not_hold
from logbook.actions.attention import ask_to_read
from logbook.actions.books import book_of, hold_books, site_book_of
from logbook.actions.checkpoints import finish_rotation, make_checkpoint, rotate_signing_key, seal, send_checkpoint
from logbook.actions.exports import export_record
from logbook.actions.follow_ups import move_follow_up
from logbook.actions.imports import import_log, settle_imported
from logbook.actions.keeping import erase_personal_values, lift_hold, place_hold, set_personal_period
from logbook.actions.late import decide_late_entry
from logbook.actions.proofs import ask_for_proof, decide_proof, give_proof
from logbook.actions.purges import ask_purge, carry_out_purge, decide_purge, is_complete, waiting_purges
from logbook.actions.readings import record_export, record_reading, reveal_personal
from logbook.actions.record import add_to_entry, correct_entry, record_act, record_entry, report_again, retract_entry
from logbook.actions.reviews import ask_about_entry, sign_daily_review
from logbook.actions.veils import ask_veil, confirm_veil, decline_veil, read_sealed
from logbook.actions.verifications import verify_book
from logbook.actions.watches import close_watch, join_watch, leave_watch, open_watch, pass_holder, relieve_watch

__all__ = [
    "NotArchived",
    "add_to_entry",
    "archive_months",
    "ask_about_entry",
    "ask_for_proof",
    "ask_purge",
    "ask_to_read",
    "ask_veil",
    "book_of",
    "carry_out_purge",
    "close_watch",
    "confirm_veil",
    "correct_entry",
    "decide_late_entry",
    "decide_proof",
    "decide_purge",
    "decline_veil",
    "erase_personal_values",
    "export_record",
    "finish_rotation",
    "give_proof",
    "hold_books",
    "import_log",
    "is_complete",
    "join_watch",
    "leave_watch",
    "lift_hold",
    "make_checkpoint",
    "move_follow_up",
    "open_watch",
    "pass_holder",
    "place_hold",
    "read_sealed",
    "record_act",
    "record_entry",
    "record_export",
    "record_reading",
    "relieve_watch",
    "report_again",
    "retract_entry",
    "reveal_personal",
    "rotate_signing_key",
    "seal",
    "send_checkpoint",
    "set_personal_period",
    "set_retention",
    "settle_imported",
    "sign_daily_review",
    "site_book_of",
    "verify_book",
    "waiting_purges",
    "why_archive_does_not_hold",
]
