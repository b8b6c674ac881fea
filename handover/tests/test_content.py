"""The signed form `duty-desk-handover/2`: one text for one content, and what has changed between two (I4)."""

import hashlib
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover import content
from handover.content import Check, Content, Count, Matter, Step, Turned

GIVEN = Content(
    origin="dd-1/front/1", handover="11111111-1111-1111-1111-111111111111", mode="face", cut_off=31, cut_off_digest="ab" * 32,
    outgoing="aaaa", incoming="bbbb", colleagues=["d", "c"],
    matters=[
        Matter(20, "rest", "stable", "", ""),
        Matter(7, "one_by_one", "critical", "open", "王工 16:30 前回电\n否则找班长", "保安部", "王工",
               datetime(2026, 11, 27, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai")), "若不来，找班长"),
    ],
    counts=[
        Count("radios", 1, Decimal(4), Decimal(3), "一部在充电", [(Decimal(3), "bbbb"), (Decimal(3), "aaaa")]),
        Count("cash_box", 2, Decimal(500), None),
    ],
    checks=[
        Check("lights", 1, "fail", r"灯坏 \ 已报修", photos=["cd" * 32], answer="follow_up", answer_text="33"), Check("counter", 1, ""),
        Check("phone", 1, "pass", tested_at="2026-11-24T07:50:00+00:00"),
        Check("boiler", 1, "fail", "压力偏高", Decimal("0.85"), (None, Decimal("0.8")), "MPa", answer="put_right"),
    ],
    refusals=[Turned("incoming", "untidy", 1, "-")], remarks="a\r\nb", reservations="",
    together="no", apart_because="接班人在 3 号门", risks=["stand_in", "critical"], summary="紧急：#7\n2 条未办结",
    steps=[Step("shutters", 1, done=False), Step("cellar", 2, done=True, photos=["cd" * 32], remark="已拍")],
)

WRITTEN = r"""duty-desk-handover/2
origin dd-1/front/1
handover 11111111-1111-1111-1111-111111111111
mode face
cutoff 31 abababababababababababababababababababababababababababababababab
outgoing aaaa
incoming bbbb
colleague c
colleague d
together no
apart 接班人在 3 号门
risk critical
risk stand_in
matter 7 one_by_one critical open
next 王工 16:30 前回电\n否则找班长
owner 王工
bywhen 2026-11-27T08:30Z
ifthen 若不来，找班长
overnight 保安部
matter 20 rest stable -
count cash_box 2 - -
count radios 1 4.00 3.00
counting 3.00 bbbb
counting 3.00 aaaa
explanation 一部在充电
check boiler 1 fail
reading 0.850 - 0.800 MPa
remark 压力偏高
put_right -
check counter 1 -
check lights 1 fail
remark 灯坏 \\ 已报修
photo cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
follow_up 33
check phone 1 pass
tested 2026-11-24T07:50:00+00:00
step cellar 2 done
photo cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
remark 已拍
step shutters 1 -
refusal incoming untidy 1 -
summary 紧急：#7\n2 条未办结
remarks a\r\nb
"""


@pytest.mark.clause("I4")
def test_the_form_is_written_as_the_document_says() -> None:
    assert content.text_of(GIVEN) == WRITTEN
    assert content.digest_of(WRITTEN) == hashlib.sha256(WRITTEN.encode()).hexdigest()
    assert content.digest_of(WRITTEN) == "0d379def9d91072133d99b334b944e96a2148c00ee90cadafe0162a86ee9590a"


@given(st.text(), st.text())
def test_no_two_texts_are_written_alike(one: str, other: str) -> None:
    assert "\n" not in content.escaped(one)
    assert (content.escaped(one) == content.escaped(other)) is (one == other)


@pytest.mark.clause("I4")
@given(st.text(max_size=40))
def test_nothing_typed_can_look_like_another_line(typed: str) -> None:
    hostile = f"{typed}\ncount radios 1 4.00 4.00\nremarks x"
    lines = content.lines(Content("o", "h", "face", 0, "", "a", "b", remarks=hostile))
    assert len(lines) == 8 and lines[-1].startswith("remarks ")


@pytest.mark.clause("I4")
def test_what_changed_is_named_once() -> None:
    after = WRITTEN.replace("count radios 1 4.00 3.00", "count radios 1 4.00 2.00").replace("remarks a", "remarks c").replace("step shutters 1 -", "step shutters 1 done")
    after = after.replace("refusal incoming untidy 1 -\n", "").replace(r"灯坏", "灯好")
    assert content.changed_parts(WRITTEN, after) == [
        ("count", "radios"), ("check", "lights"), ("step", "shutters"), ("remarks", ""), ("refusal", "incoming untidy 1 -"),
    ]
    assert content.changed_parts(WRITTEN, WRITTEN) == []
