"""What a typed line says by itself: kind by prefix, place by the way units are written (A8, A17)."""

import pytest

from desks.queries import kinds_of
from desks.testing import Town
from logbook.composing import kind_from_text, place_in


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("typed", "code", "text"),
    [
        ("#报修 厨房漏水", "repair", "厨房漏水"),
        ("＃报修厨房漏水", "repair", "厨房漏水"),
        ("、报修：厨房漏水", "repair", "厨房漏水"),
        ("#bx leak", "repair", "leak"),
        ("#BX leak", "repair", "leak"),
        ("/repair leak", "repair", "leak"),
        ("#bx", "repair", ""),
        ("#bxleak", None, "#bxleak"),
        ("#nothing here", None, "#nothing here"),
        ("#5栋1203 漏水", None, "#5栋1203 漏水"),
        ("bx leak", None, "bx leak"),
        ("", None, ""),
        ("#", None, "#"),
    ],
)
def test_a_prefix_chooses_the_kind_and_leaves_the_text(town: Town, typed: str, code: str | None, text: str) -> None:
    kind, rest = kind_from_text(typed, kinds_of(town.desk))
    assert (kind.code if kind else None, rest) == (code, text)


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("5栋1203 李先生来电", "5栋1203"),
        ("业主（5 棟 1203）來電", "5棟1203"),
        ("B座9A 门锁", "B座9A"),
        ("5号楼2单元1203漏水", "5号楼2单元1203"),
        ("unit 5-1203 leaks", "5-1203"),
        ("5-2-1203 leaks", "5-2-1203"),
        ("代收11栋29A4文件快递", "11栋29A4"),
        ("call 020-81382517", ""),
        ("call 138-0013-8000", ""),
        ("on 2026-11-24", ""),
        ("15:00-16:00", ""),
        ("nothing", ""),
    ],
)
def test_a_unit_is_recognised_and_a_phone_or_a_date_is_none(text: str, place: str) -> None:
    assert place_in(text) == place
