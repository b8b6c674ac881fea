"""Whatever characters people bring from other programs, every page and every file says them again (A17, A18, A20)."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import Entry
from logbook.tests.both_ways import verify
from logbook.tests.pages import find, tree, words

# Few at a time in the suite; the same on every run.
CALM = settings(
    derandomize=True, deadline=None, max_examples=5, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What word processors, chats and phones put between or into words: ends of lines, spaces, joiners, marks of direction, what no file of XML may hold.
ODD = "\u2028\u2029\u00a0\u3000\u200b\u200d\u200e\u202e\u2066\u2069\ufeff\ufe0f\u00ad\ufffe\uffff\U0001ffff\ue000\u0301\u0e33\U000e0041\t\n"
TEXTS = st.lists(
    st.text(st.sampled_from(ODD) | st.sampled_from("漏水5栋b🎂𠮷é<&\"'=+@-{%|\\") | st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd"), min_size=1, max_size=30)
    .map(lambda text: "x" + text + "y"),
    min_size=4, max_size=6,
)


def _shown(text: str) -> str:
    """The words of a text as a page's reader gets them: white space is one space."""
    return " ".join(text.split())


@pytest.mark.clause("A17", "A18", "A20")
@CALM
@given(texts=TEXTS)
def test_every_way_out_says_what_was_written(town: Town, tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    written: list[Entry] = []
    for text in texts:
        made = actions.record_entry(
            actor=town.agent, desk=town.desk, now=timezone.now(), text=text, place=text[:80], customer=text, fields={"seen": text}
        )
        written.append(made)
        assert made.words.text.replace("\n", "") == "".join(each for each in text if each not in "\u2028\u2029\n")
    assert not verify([written[0].book]).breaches
    folder = tmp_path_factory.mktemp("out")
    _export_verifies(town, folder)
    _lists_say(town, written)
    _pages_say(town, written)


def _export_verifies(town: Town, folder: Path) -> None:
    answer = signed_in(town.auditor).post(f"/log/{town.desk.slug}/proof/export/")
    zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).extractall(folder)
    done = subprocess.run([sys.executable, "-I", "-S", "verify.py"], cwd=folder, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _lists_say(town: Town, written: list[Entry]) -> None:
    client = signed_in(town.supervisor)
    files = {name: b"".join(client.get(f"/log/{town.desk.slug}/export/?format={name}").streaming_content) for name in ("csv", "xlsx", "pdf")}
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))
    cells = {cell.lstrip("'") for row in rows for cell in row}
    assert {entry.words.text for entry in written} <= cells
    sheet = load_workbook(io.BytesIO(files["xlsx"])).active
    assert sheet is not None and sheet.max_row >= len(written)
    assert files["pdf"].startswith(b"%PDF")


def _pages_say(town: Town, written: list[Entry]) -> None:
    client = signed_in(town.agent)
    for entry in written:
        page = client.get(f"/log/{town.desk.slug}/{entry.number}/")
        assert page.status_code == 200 and _shown(entry.words.text) in words(tree(page))
    for address in (f"/log/{town.desk.slug}/", f"/desk/{town.desk.slug}/"):
        page = client.get(address)
        assert page.status_code == 200 and _shown(written[-1].words.text) in words(find(tree(page), "div", id="feed")[0])
