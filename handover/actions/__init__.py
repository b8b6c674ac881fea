"""The acts of handing a desk over, closing and opening it, refusing, stopping, and the supervisor's own (A22–A30)."""

from handover.actions.afterwards import decide_omission, find_void, report_omission, state_omission
from handover.actions.checking import check_all_pass, check_item, follow_up_check, make_ground, put_right
from handover.actions.counting import count_all_correct, count_item, count_sheet
from handover.actions.paper import enter_paper_handover
from handover.actions.phone import open_code, show_code, sign_on_phone
from handover.actions.preparing import (
    agree_to_risk,
    do_step,
    do_steps,
    read_all,
    read_entry,
    say_together,
    write_summary,
)
from handover.actions.releasing import RELEASING, complete_release, fill_gap, release_holder
from handover.actions.signing import sign_closing, sign_in, sign_opening, sign_out
from handover.actions.start import close_desk, open_desk, prepare_handover, start_handover
from handover.actions.steps import (
    acknowledge_rest,
    bring_up_to_date,
    reserve,
    write_remarks,
)
from handover.actions.stopping import cancel, refuse, resume, suspend
from handover.actions.supervising import decide_refusal, name_relief, take_over
from handover.actions.telling import Carried, acknowledge_matter, answer, ask, hear_matter, name_overnight, tell_matter

__all__ = [
    "RELEASING",
    "Carried",
    "acknowledge_matter",
    "acknowledge_rest",
    "agree_to_risk",
    "answer",
    "ask",
    "bring_up_to_date",
    "cancel",
    "check_all_pass",
    "check_item",
    "close_desk",
    "complete_release",
    "count_all_correct",
    "count_item",
    "count_sheet",
    "decide_omission",
    "decide_refusal",
    "do_step",
    "do_steps",
    "enter_paper_handover",
    "fill_gap",
    "find_void",
    "follow_up_check",
    "hear_matter",
    "make_ground",
    "name_overnight",
    "name_relief",
    "open_code",
    "open_desk",
    "prepare_handover",
    "put_right",
    "read_all",
    "read_entry",
    "refuse",
    "release_holder",
    "report_omission",
    "reserve",
    "resume",
    "say_together",
    "show_code",
    "sign_closing",
    "sign_in",
    "sign_on_phone",
    "sign_opening",
    "sign_out",
    "start_handover",
    "state_omission",
    "suspend",
    "take_over",
    "tell_matter",
    "write_remarks",
    "write_summary",
]
