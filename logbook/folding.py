"""Folds text for searching: width, case and Traditional to Simplified characters, by a library; the version is kept."""

import unicodedata
from functools import cache

from opencc import OpenCC

VERSION = 1


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def folded(text: str) -> str:
    """The text as searches compare it (folding version 1)."""
    return _converter().convert(unicodedata.normalize("NFKC", text).casefold())
