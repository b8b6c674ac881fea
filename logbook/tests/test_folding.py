"""Folding of what is searched: what is spared the converter comes out as it would from it."""

import unicodedata
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logbook import folding

DICTIONARIES = Path(opencc.__file__).parent / "dictionary"
PHRASES = [
    line.split("\t")[0] for name in ("TSPhrases.txt", "TSCharacters.txt")
    for line in (DICTIONARIES / name).read_text(encoding="utf-8").splitlines() if line
]


@pytest.mark.clause("A17")
def test_each_phrase_of_the_converter_that_changes_is_given_to_it() -> None:
    assert len(PHRASES) > 1000
    converted = folding._converter().convert
    spared = [phrase for phrase in PHRASES if not folding._has_traditional(phrase)]
    assert [phrase for phrase in spared if converted(phrase) != phrase] == []


@pytest.mark.clause("A17")
@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PHRASES), st.text(max_size=6)), max_size=6).map("".join))
def test_folding_says_what_the_converter_says(text: str) -> None:
    said = unicodedata.normalize("NFKC", text).casefold()
    assert folding.folded(text) == folding._converter().convert(said)
