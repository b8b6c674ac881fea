"""The acts of handing a desk over, closing and opening it, refusing, stopping, and the supervisor's own (A22–A30)."""

from handover.actions.releasing import RELEASING, fill_gap, release_holder
from handover.actions.signing import sign_closing, sign_in, sign_opening, sign_out
from handover.actions.start import close_desk, open_desk, start_handover
from handover.actions.steps import (
    acknowledge_matter,
    acknowledge_rest,
    answer,
    ask,
    bring_up_to_date,
    check_all_pass,
    check_item,
    count_all_correct,
    count_item,
    name_overnight,
    reserve,
    tell_matter,
    write_remarks,
)
from handover.actions.stopping import cancel, refuse, resume, suspend
from handover.actions.supervising import decide_refusal, name_relief, take_over

__all__ = [
    "RELEASING",
    "acknowledge_matter",
    "acknowledge_rest",
    "answer",
    "ask",
    "bring_up_to_date",
    "cancel",
    "check_all_pass",
    "check_item",
    "close_desk",
    "count_all_correct",
    "count_item",
    "decide_refusal",
    "fill_gap",
    "name_overnight",
    "name_relief",
    "open_desk",
    "refuse",
    "release_holder",
    "reserve",
    "resume",
    "sign_closing",
    "sign_in",
    "sign_opening",
    "sign_out",
    "start_handover",
    "suspend",
    "take_over",
    "tell_matter",
    "write_remarks",
]
