"""The state machine as a whole: every state, every act, everybody, against one table; and through the pages (A22, A23, A29, I3, I4).

An act or a state without a row in the table fails here, before anybody forgets to think about it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import get_resolver, reverse

from desks.refusal import Refused
from desks.testing import PIN, signed_in
from handover import actions
from handover.models import Handover
from handover.tests.state_table import TABLE
from handover.tests.states import ACTS, INSIDERS, OUTSIDERS, ROLES, STATES, Scene, make, set_out
from logbook.tests.pictures import photo


def row_of(act: str, state: str) -> dict[str, str]:
    """What the table says of the act in that state, by role."""
    (cells,) = (cells for states, cells in TABLE[act].items() if state in states.split())
    inside, _bar, outside = cells.partition("|")
    if cells == "-":
        return dict.fromkeys(ROLES, "-")
    words = [state if word == "=" else word for word in inside.split()]
    return dict(zip(INSIDERS, words, strict=True)) | dict.fromkeys(OUTSIDERS, outside.strip())


def refuses(cell: str) -> bool:
    """Whether the table refuses: it then names a clause or an invariant."""
    return cell[0].isupper()


def outcomes(act: str, scene: Scene, roles: list[str]) -> dict[str, str]:
    """By role the state after the act, or the clause that refused it; nothing of it stays afterwards.

    A refused act takes itself back, so several who are refused share a savepoint.
    """
    said, (_about, do) = {}, ACTS[act]
    with transaction.atomic():
        set_out(act, scene)
        for role in roles:
            try:
                do(scene, scene.people[role])
                said[role] = scene.stands()
            except Refused as refusal:
                said[role] = refusal.clause
        transaction.set_rollback(True)
    return said


@pytest.mark.clause("I3", "I4")
def test_every_act_and_every_state_has_its_row() -> None:
    named = {act.split()[0] for act in TABLE}
    known = set(actions.__all__) - {"RELEASING", "Carried"}
    assert named == known, f"give a row in state_table.py and a way to do it in states.py to {named ^ known}"
    assert set(ACTS) == set(TABLE)
    assert set(Handover.State.values) | {"closed", "held", "gap", "draft", "closing", "opening"} == set(STATES)
    for act, rows in TABLE.items():
        said = [state for states in rows for state in states.split()]
        assert sorted(said) == sorted(STATES), f"{act}: each state once, not {said}"
    reached = {cell.partition(">")[0] for act in TABLE for state in STATES for cell in row_of(act, state).values() if not refuses(cell)}
    assert (reached - {"-"}) | {"closed"} == set(STATES) and any(
        cell.endswith(">closed") for act in TABLE for state in STATES for cell in row_of(act, state).values()
    ), "every state is reached by an act"


def those_outside(act: str, place: int) -> tuple[str, ...]:
    """Of everybody else one, another in each state: each of them tries each act; an act of few states is tried by all at once."""
    states = [state for state in STATES if row_of(act, state)["holder"] != "-"]
    return OUTSIDERS if len(states) < len(OUTSIDERS) else (OUTSIDERS[place % len(OUTSIDERS)],)


@pytest.mark.clause("A22", "A23", "A25", "A26", "A27", "A28", "A29", "A30", "C8", "C12", "E2", "E7", "I3", "I4")
@pytest.mark.parametrize("state", STATES)
def test_every_act_by_everybody_comes_to_what_the_table_says(db: None, morning, files, state: str) -> None:
    scene, wrong = make(state, morning), []
    for place, (act, (about, _do)) in enumerate(ACTS.items(), start=STATES.index(state)):
        wanted = row_of(act, state)
        if about != "desk" and getattr(scene, about) is None:
            assert set(wanted.values()) == {"-"}, f"{act}: nothing to do it to in {state}"
            continue
        asked = [*INSIDERS, *those_outside(act, place)]
        said = outcomes(act, scene, [role for role in asked if refuses(wanted[role])])
        for role in (each for each in asked if not refuses(wanted[each])):
            said |= outcomes(act, scene, [role])
        wrong += [f"{act} by {role}: {said[role]}, the table says {wanted[role]}" for role in asked if said[role] != wanted[role]]
    assert not wrong, "\n".join([f"in {state}:", *wrong])


# By act: the address's name, and what its form sends.
SENT: dict[str, tuple[str, Callable[[Scene], dict[str, object]]]] = {
    "start_handover": ("start", lambda scene: {"incoming": scene.people["incoming"].pk}),
    "prepare_handover": ("prepare", lambda scene: {}),
    "close_desk": ("close", lambda scene: {}),
    "open_desk": ("open", lambda scene: {}),
    "tell_matter": ("tell", lambda scene: {"next_step": "18:00 再打", "severity": "critical"}),
    "name_overnight": ("tell", lambda scene: {"overnight": "工程部"}),
    "acknowledge_matter": ("acknowledge", lambda scene: {}),
    "hear_matter": ("heard", lambda scene: {}),
    "acknowledge_rest": ("acknowledge_rest", lambda scene: {}),
    "ask": ("ask", lambda scene: {"question": "几点？"}),
    "answer": ("answer", lambda scene: {"words": "老张"}),
    "read_entry": ("read_entry", lambda scene: {}),
    "read_all": ("read_all", lambda scene: {}),
    "write_summary": ("summary", lambda scene: {"summary": "盯紧 1104"}),
    "say_together": ("together", lambda scene: {"together": "no", "apart_because": "在电话里"}),
    "agree_to_risk": ("agree_to_risk", lambda scene: {}),
    "bring_up_to_date": ("refresh", lambda scene: {}),
    "count_all_correct": ("count_all", lambda scene: {}),
    "count_item": ("count", lambda scene: {"counted": "1", "explanation": "在修"}),
    "count_sheet": ("count_sheet", lambda scene: {f"counted_{scene.line.pk}": "4"}),
    "check_all_pass": ("check_all", lambda scene: {}),
    "check_item": ("check", lambda scene: {"result": "na"}),
    "put_right": ("answer_check", lambda scene: {"answer": "put_right", "words": "已换"}),
    "follow_up_check": ("answer_check", lambda scene: {"answer": "follow_up"}),
    "make_ground": ("answer_check", lambda scene: {"answer": "ground"}),
    "do_step": ("do_step", lambda scene: {"remark": "已锁"}),
    "do_steps": ("do_steps", lambda scene: {}),
    "write_remarks": ("remarks", lambda scene: {"remarks": "伞架满了"}),
    "reserve": ("reservations", lambda scene: {"reservations": "钥匙未见"}),
    "sign_out": ("sign", lambda scene: {"digest": scene.digest, "seen": scene.seen, "secret": PIN}),
    "sign_in": ("sign", lambda scene: {"digest": scene.digest, "seen": scene.seen, "secret": PIN}),
    "sign_closing": ("sign", lambda scene: {"digest": scene.digest, "seen": scene.seen, "secret": PIN}),
    "sign_opening": ("sign", lambda scene: {"digest": scene.digest, "seen": scene.seen, "secret": PIN}),
    "show_code": ("show_code", lambda scene: {}),
    "open_code": ("phone", lambda scene: {}),
    "sign_on_phone": ("phone", lambda scene: {"seen": scene.seen, "secret": PIN}),
    "refuse": ("refuse", lambda scene: {"side": "outgoing", "ground": "untidy", "remedy": "整理", "note": "当面说过", "secret": PIN}),
    "decide_refusal back": ("decide", lambda scene: {"outcome": "back", "reason": "看过了"}),
    "decide_refusal upheld": ("decide", lambda scene: {"outcome": "upheld", "reason": "看过了"}),
    "suspend": ("suspend", lambda scene: {"fault": "水管爆裂"}),
    "resume": ("resume", lambda scene: {}),
    "cancel": ("cancel", lambda scene: {"reason": "改天"}),
    "name_relief": ("relief", lambda scene: {"person": scene.people["bystander"].pk}),
    "take_over": ("take_over", lambda scene: {"reason": "relief_missing", "secret": PIN}),
    "release_holder": ("release", lambda scene: {"ground": "illness"}),
    "complete_release": ("complete_release", lambda scene: {"words": "钥匙已点"}),
    "fill_gap": ("fill_gap", lambda scene: {}),
    "find_void": ("void", lambda scene: {"reason": "接班人不在场", "consequence": "重新培训"}),
    "report_omission": ("report_omission", lambda scene: {"what": "没有交代 1203", "evidence": 1}),
    "state_omission": ("state_omission", lambda scene: {"words": "已口头说明"}),
    "decide_omission": ("decide_omission", lambda scene: {"outcome": "unclear", "reason": "无法核实"}),
    "enter_paper_handover": ("paper_handover", lambda scene: {
        "outgoing": scene.people["holder"].pk, "incoming": scene.people["incoming"].pk, "paper_at": "2026-11-24T08:55",
        "photos": SimpleUploadedFile("sheet.jpg", photo(), content_type="image/jpeg"),
    }),
}
SIDES = {"sign_out": "outgoing", "sign_in": "incoming", "sign_closing": "outgoing", "sign_opening": "incoming"}
# Acts at which somebody of the desk is refused through the page too. What is signed carries the side's own PIN, whoever acts.
WITH_REFUSAL = {"tell_matter", "acknowledge_matter", "decide_refusal back", "name_relief", "take_over"}
# What answers with a page of its own and not with the way back to one.
SHOWS = {"show_code", "open_code"}


def address(act: str, scene: Scene) -> str:
    """Where the act is sent to."""
    name, about = SENT[act][0], ACTS[act][0]
    of_row = [scene.row.pk] if scene.row is not None and about not in {"desk", "release", "report"} else []
    which = {"desk": [], "row": [], "code": [scene.code], "news": [scene.news and scene.news.number]}.get(about)
    more = which if which is not None else [getattr(scene, about).pk]
    return reverse(f"handover:{name}", args=[scene.desk.slug, *of_row, *more, *([SIDES[act]] if act in SIDES else [])])


def test_every_address_that_acts_is_sent_to_here(db: None) -> None:
    (own,) = (each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == "handover")
    acting = {each.name for each in own.url_patterns if each.callback.right in {"handover.take_part", "handover.decide", "watch.take_over", "watch.hold"}}
    # Nothing of a practice ever stands: test_practice.py.
    assert acting - {"practice"} == {name for name, _data in SENT.values()} and set(SENT) == set(ACTS)


def first_legal(act: str) -> tuple[str, str]:
    """A state in which somebody may do the act, and who; the night is named at a closing."""
    states = ("closing",) if act == "name_overnight" else STATES
    return next((state, role) for state in states for role in INSIDERS if not refuses(row_of(act, state)[role]) and row_of(act, state)[role] != "-")


@pytest.mark.clause("A20", "A29")
@pytest.mark.parametrize("state", sorted({first_legal(act)[0] for act in TABLE}))
def test_the_pages_allow_who_may_and_nobody_else_changes_anything(db: None, morning, files, state: str) -> None:
    wrong = []
    with time_machine.travel(morning + timedelta(seconds=30), tick=True):
        scene = make(state, morning)
        unchanged = scene.stands()
        for place, act in enumerate(each for each in TABLE if first_legal(each)[0] == state):
            wanted = row_of(act, state)
            # Drawing the page for a refusal is the dear part; every address as every role is walked in duty_desk/tests.
            some = next((role for role in INSIDERS if refuses(wanted[role])), None) if act in WITH_REFUSAL else None
            for role in (first_legal(act)[1], *([some] if some else []), OUTSIDERS[place % len(OUTSIDERS)]):
                with transaction.atomic():
                    set_out(act, scene)
                    client = signed_in(scene.people[role])
                    answer = (client.get if act == "open_code" else client.post)(address(act, scene), SENT[act][1](scene))
                    said, cell = scene.stands(), wanted[role]
                    transaction.set_rollback(True)
                allowed = {404} if role in {"stranger", "operator"} else {403} if role in OUTSIDERS else {422, 403} if refuses(cell) else {302}
                if answer.status_code not in ({200} if act in SHOWS and allowed == {302} else allowed) or said != (unchanged if refuses(cell) else cell):
                    wrong.append(f"{act} by {role}: {answer.status_code}, {said}; the table says {cell}")
    assert not wrong, "\n".join([f"in {state}:", *wrong])
