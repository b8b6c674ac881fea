"""What of an entry a search finds: the one answer for who writes the record and for who verifies it (A8, A17, docs/decisions/0030)."""

import re
from collections.abc import Mapping

from logbook.folding import mark_of
from logbook.rules.attachments import ATTACHMENT
from logbook.rules.entries import HAPPENED
from logbook.rules.words import OWN

# What the record keeps of an entry's time and consent: nobody wrote it as a word.
NOT_WORDS = {"consent", "typed_at", "pinned_until", HAPPENED}
# Values of acts that name nobody and nothing: moments, references, versions and digests, save what the act is told by: a file that went out, a key.
NOT_NAMES = ("_at", "_ref", "_version", "_digest", "_meaning", "_method", "_last_seen")
NOT_NAMED = {"method", "asked_method", "value_name", "mode", "cut_off"}
# References, digests and moments whatever they are called: nobody reads them, and a short number that somebody looks for stands in most of them.
UNREAD = re.compile(r"(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?: |$))+|[0-9a-f]{32,}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]+")
ALWAYS_NAMED = {"file_digest", "key", "old_key", "new_key"}
# Acts that functions of the database write: it cannot fold, so they are found by their wording alone.
OF_THE_DATABASE = {"text_veiled", "personal_erased_customer", "personal_erased_phone", "log_purged"}
DEPARTMENT, ACT = "department", "act"


def searched_parts(
    *, act: str, code: str, text: str, place: str, result: str, next_step: str, handler: str, waiting_for: str, fields: Mapping[str, str]
) -> list[str]:
    """What a search finds of an entry with these values, in its order.

    Who handles it and for whom it waits is found as it is written, and as a mark, for it may be the code of a department,
    which is called otherwise in each language. An act is found by what its values name, and by a mark of its code, for how it is worded
    is no part of the record.
    """
    if act == "act":
        named = [] if code in OF_THE_DATABASE else named_words(fields)
        return [text, *named, mark_of(ACT, code)] if code else [text, *named]
    people = [each for each in dict.fromkeys((handler, waiting_for)) if each]
    return [text, place, result, next_step, *searched_words(fields), *people, *(mark_of(DEPARTMENT, each) for each in people)]


def searched_words(fields: Mapping[str, str]) -> list[str]:
    """What a search finds of an entry's fields: the kind's own ones whole, of others what somebody wrote, no ticks (A8, A17).

    In the order in which the database keeps the names, so that a verification makes the same of them.
    """
    return [
        value for name, value in _in_order(fields)
        if value != "true" and (name.startswith(OWN) or not (name in NOT_WORDS or value.isdigit() or name.startswith(ATTACHMENT)))
    ]


def named_words(fields: Mapping[str, str]) -> list[str]:
    """Whom and what an act names: people and things in each language, numbers, days and months as they are kept, what somebody wrote; each once."""
    return list(dict.fromkeys(
        value for name, value in _in_order(fields)
        if value not in {"", "true"} and name not in NOT_NAMED and not name.startswith(ATTACHMENT)
        and (name in ALWAYS_NAMED or not (name.endswith(NOT_NAMES) or UNREAD.fullmatch(value)))
    ))


def _in_order(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(fields.items(), key=lambda each: (len(each[0].encode()), each[0].encode()))
