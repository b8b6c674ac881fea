"""The acts on the record; the only door to writing it."""

from logbook.actions.answers import add_to_entry, correct_entry, report_again, retract_entry
from logbook.actions.archives import NotArchived, archive_months, set_retention, why_archive_does_not_hold
from logbook.actions.attachments import FilesGone, files_no_longer_needed, holding, keep_photo, remove_unused_files
from logbook.actions.attention import ask_to_read
from logbook.actions.books import book_of, hold_books, site_book_of
from logbook.actions.checkpoints import finish_rotation, make_checkpoint, rotate_signing_key, seal, send_checkpoint
from logbook.actions.exports import export_record
from logbook.actions.follow_ups import move_follow_up, raise_matter
from logbook.actions.imports import import_log, settle_imported
from logbook.actions.keeping import erase_personal_values, lift_hold, place_hold, set_personal_period
from logbook.actions.late import decide_late_entry
from logbook.actions.lists import (
    ask_export,
    cancel_export,
    hand_out,
    is_long,
    kept_for,
    look_after_exports,
    run_export,
    take_out,
)
from logbook.actions.proofs import ask_for_proof, decide_proof, give_proof
from logbook.actions.purges import ask_purge, carry_out_purge, decide_purge, is_complete, waiting_purges
from logbook.actions.readings import record_export, record_reading, reveal_personal
from logbook.actions.record import record_act, record_entry
from logbook.actions.reviews import answer_question, ask_about_entry, ask_openly, sign_daily_review
from logbook.actions.system import end_system_run, record_system
from logbook.actions.veils import ask_veil, confirm_veil, decline_veil, read_sealed
from logbook.actions.verifications import verify_book
from logbook.actions.watches import close_watch, join_watch, leave_watch, open_watch, pass_holder, relieve_watch
from logbook.actions.witnesses import add_witness, end_witness, send_to_witnesses

__all__ = [
    "FilesGone",
    "NotArchived",
    "add_to_entry",
    "add_witness",
    "answer_question",
    "archive_months",
    "ask_about_entry",
    "ask_export",
    "ask_for_proof",
    "ask_openly",
    "ask_purge",
    "ask_to_read",
    "ask_veil",
    "book_of",
    "cancel_export",
    "carry_out_purge",
    "close_watch",
    "confirm_veil",
    "correct_entry",
    "decide_late_entry",
    "decide_proof",
    "decide_purge",
    "decline_veil",
    "end_system_run",
    "end_witness",
    "erase_personal_values",
    "export_record",
    "files_no_longer_needed",
    "finish_rotation",
    "give_proof",
    "hand_out",
    "hold_books",
    "holding",
    "import_log",
    "is_complete",
    "is_long",
    "join_watch",
    "keep_photo",
    "kept_for",
    "leave_watch",
    "lift_hold",
    "look_after_exports",
    "make_checkpoint",
    "move_follow_up",
    "open_watch",
    "pass_holder",
    "place_hold",
    "raise_matter",
    "read_sealed",
    "record_act",
    "record_entry",
    "record_export",
    "record_reading",
    "record_system",
    "relieve_watch",
    "remove_unused_files",
    "report_again",
    "retract_entry",
    "reveal_personal",
    "rotate_signing_key",
    "run_export",
    "seal",
    "send_checkpoint",
    "send_to_witnesses",
    "set_personal_period",
    "set_retention",
    "settle_imported",
    "sign_daily_review",
    "site_book_of",
    "take_out",
    "verify_book",
    "waiting_purges",
    "why_archive_does_not_hold",
]
