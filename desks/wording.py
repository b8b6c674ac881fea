"""Wording of acts and notices: a message code and named values become a sentence when somebody reads them (I11).

Values are stored as texts. A name that ends in `_at` holds an ISO moment, one that ends in `_on` an ISO day, `month` a
month as 2026-12; they are written out in the reader's language and the place's zone. What places and people are called is stored in every
language (`in_each_language`, `in_every_language`, `name_of`), and read in the reader's.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext

from desks.hooks import messages, value_words
from desks.models import Desk, Labelled, Person, Site

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def worded(code: str, fields: dict[str, Any], place: Desk | Site) -> str:
    """The sentence of that code with its values, in the language that is active now.

    A code that no floor registers any more is shown as it is, a value that is missing as a dash: what stands in the
    record is never hidden because its wording went away.
    """
    wording = messages.get(code)
    if wording is None:
        return " · ".join([code, *(str(value) for value in fields.values())])
    parts = PLACEHOLDER.split(str(wording).replace("%%", "%"))
    for index in range(1, len(parts), 2):
        name = parts[index]
        parts[index] = _value(name, in_reader_s_language(fields, name), place)
    return "".join(parts)


def in_reader_s_language(fields: dict[str, Any], name: str) -> Any:
    """The value of that name in the language that is active now, else the one for all languages; None where there is none."""
    own = (get_language() or "en").replace("-", "_")
    return fields.get(f"{name}_{own}", fields.get(name))


def in_each_language(name: str, thing: Labelled) -> dict[str, str]:
    """Fields for `%(name)s`: the thing's label in every language that it has one in, and one for all others."""
    labels = {"en": thing.label_en, "zh_hans": thing.label_zh_hans, "zh_hant": thing.label_zh_hant}
    given = {f"{name}_{language}": label for language, label in labels.items() if label}
    return given | {name: next(iter(given.values()), "")}


def in_every_language(name: str, words: Callable[[], object]) -> dict[str, str]:
    """Fields for `%(name)s`: what `words` answers in each language of the interface, and in the installation's for all others."""
    given: dict[str, str] = {}
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            given[f"{name}_{language.replace('-', '_')}"] = str(words())
    return given | {name: given[f"{name}_{settings.LANGUAGE_CODE.replace('-', '_')}"]}


def worded_in_every_language(code: str, fields: dict[str, Any], place: Desk | Site) -> list[str]:
    """The sentence as readers of each language see it, each once."""
    return list(dict.fromkeys(in_every_language("said", lambda: worded(code, fields, place)).values()))


def name_of(name: str, person: Person) -> dict[str, str]:
    """Fields for `%(name)s`: what the person is called, for English readers in Latin letters where they are known."""
    return {name: person.name} | ({f"{name}_en": person.name_latin} if person.name_latin else {})


def listed(name: str, each: Iterable[dict[str, str]]) -> dict[str, str]:
    """Fields for `%(name)s` as a list: of each thing the fields that `in_each_language` or `name_of` give for this name."""
    parts = list(each)
    ways = {way for part in parts for way in part} | {name}
    return {way: ", ".join(part.get(way, part[name]) for part in parts) for way in sorted(ways)}


def with_label(label: str, value: str) -> str:
    """A label and its value as the reader's language writes them, in Chinese with a full-width colon; the label alone without a value."""
    return gettext("%(label)s: %(value)s") % {"label": label, "value": value} if value else label


def in_brackets(words: str, more: str) -> str:
    """Words, and more in brackets as the reader's language writes them; the words alone without more."""
    return gettext("%(words)s (%(more)s)") % {"words": words, "more": more} if more else words


def _value(name: str, value: Any, place: Desk | Site) -> str:
    from desks.templatetags.desks_tags import local_date, local_moment, local_month

    if value in {None, ""}:
        return "–"
    try:
        if name.endswith("_at"):
            return local_moment(datetime.fromisoformat(value), place)
        if name.endswith("_on"):
            return local_date(date.fromisoformat(value))
        if (words := value_words.get(name)) is not None:
            return words(str(value))
        if name == "month":
            return local_month(date.fromisoformat(f"{value}-01"))
    except (TypeError, ValueError):
        return str(value)
    return str(value)
