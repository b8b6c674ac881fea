"""The signed form `duty-desk-handover/1`: one text for one content, and what has changed between two (I4)."""

import hashlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover import content
from handover.content import Check, Content, Count, Matter, Turned

GIVEN = Content(
    origin="dd-1/front/1", handover="11111111-1111-1111-1111-111111111111", mode="face", cut_off=31, cut_off_digest="ab" * 32,
    outgoing="aaaa", incoming="bbbb", colleagues=["d", "c"],
    matters=[
        Matter(20, "rest", "stable", "", ""),
        Matter(7, "one_by_one", "critical", "open", "王工 16:30 前回电\n否则找班长", "保安部"),
    ],
    counts=[Count("radios", 1, Decimal(4), Decimal(3), "一部在充电"), Count("cash_box", 2, Decimal(500), None)],
    checks=[Check("lights", 1, "fail", r"灯坏 \ 已报修"), Check("counter", 1, "")],
    refusals=[Turned("incoming", "untidy", 1, "-")], remarks="a\r\nb", reservations="",
)

WRITTEN = r"""duty-desk-handover/1
origin dd-1/front/1
handover 11111111-1111-1111-1111-111111111111
mode face
cutoff 31 abababababababababababababababababababababababababababababababab
outgoing aaaa
incoming bbbb
colleague c
colleague d
matter 7 one_by_one critical open
next 王工 16:30 前回电\n否则找班长
overnight 保安部
matter 20 rest stable -
count cash_box 2 500.00 -
count radios 1 4.00 3.00
explanation 一部在充电
check counter 1 -
check lights 1 fail
remark 灯坏 \\ 已报修
refusal incoming untidy 1 -
remarks a\r\nb
"""


@pytest.mark.clause("I4")
def test_the_form_is_written_as_the_document_says() -> None:
    assert content.text_of(GIVEN) == WRITTEN
    assert content.digest_of(WRITTEN) == hashlib.sha256(WRITTEN.encode()).hexdigest()
    assert content.digest_of(WRITTEN) == "0a9ac5f19200cb4b41b0bfa66642d0ccfd82c47c7f18e66e9699521455b7cedd"


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
    after = WRITTEN.replace("count radios 1 4.00 3.00", "count radios 1 4.00 2.00").replace("remarks a", "remarks c")
    after = after.replace("refusal incoming untidy 1 -\n", "").replace(r"灯坏", "灯好")
    assert content.changed_parts(WRITTEN, after) == [
        ("count", "radios"), ("check", "lights"), ("remarks", ""), ("refusal", "incoming untidy 1 -"),
    ]
    assert content.changed_parts(WRITTEN, WRITTEN) == []
