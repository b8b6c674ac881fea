"""What a word of a search stands for besides itself: the departments that are called so, and the acts that are worded so (A17).

Neither a department's label nor the wording of an act stands in the record: both are of a language, and may be called
otherwise tomorrow. The search text holds a mark for the code (`logbook.folding.mark_of`); which codes a word means is found when
somebody asks, over all languages and every version of a label.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from desks.hooks import messages
from desks.models import Choice
from desks.wording import PLACEHOLDER
from logbook.folding import UNIT_MARK, folded, mark_of
from logbook.rules import ACT, DEPARTMENT

SHORTEST = 2
"""Departments and acts are meant by so many characters at least: one alone is in too many of them."""


@dataclass(frozen=True)
class Sought:
    """A folded word, and the marks of what it stands for."""

    word: str
    marks: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[str, ...]:
        """What a search text holds that says it: any of these."""
        return self.word, *self.marks


def sought(words: Sequence[str], books: Sequence[int]) -> list[Sought]:
    """The folded words with the marks of the departments of these books' desks, and of the acts, that each means; one query."""
    if not words:
        return []
    rows = Choice.objects.filter(desk__books__in=list(books), purpose=Choice.Purpose.DEPARTMENT)
    labels = [(code, [folded(each) for each in names if each]) for code, *names in rows.values_list("code", "label_en", "label_zh_hans", "label_zh_hant").distinct()]
    return [
        Sought(word, () if word.startswith(UNIT_MARK) else (
            *(mark_of(DEPARTMENT, code) for code in departments_called(word, labels)), *(mark_of(ACT, code) for code in acts_saying(word)),
        ))
        for word in words
    ]


def departments_called(word: str, labels: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The codes of the departments whose label, or a word of it, begins or ends so.

    Not those that merely hold it: 维修 is in half of what a desk writes, and does not mean the department 工程维修部.
    """
    if len(word) < SHORTEST:
        return []
    return list(dict.fromkeys(
        code for code, names in labels if any(part.startswith(word) or part.endswith(word) for name in names for part in name.split())
    ))


def acts_saying(word: str) -> list[str]:
    """The codes of the acts whose wording holds the word in any language of the interface, between the values that it names; none for a single character."""
    return [code for code, said in _wordings() if word in said] if len(word) >= SHORTEST else []


_known: list[tuple[str, str]] = []


def _wordings() -> list[tuple[str, str]]:
    """Each code with its wordings, folded, without what is filled in; made once, when all floors have registered theirs."""
    registered = list(messages)
    if len(_known) != len(registered):
        found: dict[str, list[str]] = {code: [] for code, _wording in registered}
        for language in dict(settings.LANGUAGES):
            with translation.override(language):
                for code, wording in registered:
                    found[code] += PLACEHOLDER.split(str(wording).replace("%%", "%"))[::2]
        _known[:] = [(code, folded("\n".join(dict.fromkeys(said)))) for code, said in found.items()]
    return _known
