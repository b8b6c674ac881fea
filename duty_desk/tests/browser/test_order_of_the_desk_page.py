"""What must be done comes before what was: by the eye and by the keyboard, on a phone and on a wide screen."""

import pytest

from duty_desk.tests.browser.conftest import Stage

pytestmark = pytest.mark.browser
PARTS = ("section.composer", "#side", "#feed")


@pytest.mark.clause("A1")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_read_in_the_order_in_which_the_keyboard_goes(stage: Stage, width: int) -> None:
    page = stage.computer("zhou", width=width)
    stage.go(page, "/desk/front/")
    boxes = [page.locator(part).bounding_box() for part in PARTS]
    assert all(boxes)
    composer, side, feed = boxes
    if width == 360:
        assert composer["y"] + composer["height"] <= side["y"] and side["y"] + side["height"] <= feed["y"], "one under the other"
    else:
        assert abs(side["y"] - composer["y"]) <= 1 and side["x"] >= composer["x"] + composer["width"], "beside what is written"
        head = page.locator("section[aria-labelledby=feed-title]").bounding_box()
        assert 0 < head["y"] - (composer["y"] + composer["height"]) < 60, "the log follows the composer, however long the column is"
    followed = page.evaluate(
        """parts => { const all = [...document.querySelectorAll('a[href], button, input, textarea, select, summary')];
        const first = parts.map(part => all.findIndex(each => document.querySelector(part).contains(each)));
        return first.every((place, index) => place >= 0 && (!index || place > first[index - 1])); }""", list(PARTS),
    )
    assert followed, "the keyboard goes composer, to do, log"
