"""Every page in a browser: nothing that axe finds (WCAG 2.2 AA), nothing wider than a phone, no fault in the console."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from duty_desk.tests.browser.conftest import Stage
from ops.shots import PAGES
from rosters.models import EmptyDuty, Leave, PresenceCase, Swap

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

ROWS = {"presence": PresenceCase, "swaps": Swap, "leave": Leave, "fill": EmptyDuty}


def _where(path: str) -> str:
    """The path in this database, whose numbers go on from those of the tests before: an installation's third swap is the third here."""

    def numbered(found: re.Match[str]) -> str:
        keys = list(ROWS[found[1]].objects.order_by("pk").values_list("pk", flat=True))
        return f"/{found[1]}/{keys[int(found[2]) - 1]}/"

    return re.sub(rf"/({'|'.join(ROWS)})/([0-9]+)/", numbered, path)


@pytest.mark.parametrize("stage", ["en"], indirect=True)
def test_no_page_shuts_anybody_out(stage: Stage) -> None:
    stage.at("2026-11-24", "23:05")
    axe = Axe()
    found = []
    seen: set[str] = set()
    for login, paths in PAGES.items():
        page = stage.computer(login, width=360)
        for path in paths:
            if path in seen:
                continue
            seen.add(path)
            stage.go(page, _where(path))
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > 360 and "/admin" not in path:
                found.append(f"{login} {path}: {wide} px wide")
            if "/admin" in path:
                continue
            for violation in axe.run(page, options=RULES).response["violations"]:
                where = [" ".join(node["target"]) for node in violation["nodes"]][:4]
                found.append(f"{login} {path}: {violation['id']}: {violation['help']}: {where}")
        page.context.close()
        stage.contexts.remove(page.context)
    assert not found, "\n".join(found)
