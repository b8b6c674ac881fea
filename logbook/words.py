"""Labels of the codes that entries carry, in the reader's language: two queries for a page, however many rows."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from desks.models import Choice, Desk, EntryKind, KindField
from logbook.folding import folded
from logbook.models import Entry
from logbook.rules import OWN

# What one tap says of a phone call (A12, A14); each stands in the entry under its own name.
CALLS = [
    ("over_three_rings", _("over three rings")),
    ("called_back", _("missed, called back")),
    ("dialled_out", _("hotline dialled out")),
]


class DeskWords:
    """What a desk calls its kinds, sources and departments, now and in every version that entries refer to.

    Without a desk it knows none: in the site's own book there are only acts.
    """

    def __init__(self, desk: Desk | None) -> None:
        self._desk = desk

    def read(self) -> "DeskWords":
        """Itself, with everything read that it may be asked for: for who keeps it beyond a page."""
        for rows in (self._all_kinds, self._all_choices, self._all_own):
            len(rows)
        return self

    @cached_property
    def _all_kinds(self) -> list[EntryKind]:
        return list(EntryKind.objects.filter(desk=self._desk).order_by("position", "code", "version"))

    @cached_property
    def _all_choices(self) -> list[Choice]:
        return list(Choice.objects.filter(desk=self._desk).order_by("position", "code", "version"))

    @cached_property
    def kinds(self) -> list[EntryKind]:
        """The kinds in use, in their order."""
        return [kind for kind in self._all_kinds if kind.current]

    @cached_property
    def kinds_ever(self) -> list[EntryKind]:
        """The kinds in use, then those that were: of each the newest version, for entries of years ago (A17)."""
        used = {kind.code for kind in self.kinds}
        retired = {kind.code: kind for kind in sorted(self._all_kinds, key=lambda kind: kind.version) if kind.code not in used}
        return [*self.kinds, *retired.values()]

    @cached_property
    def _all_own(self) -> list[KindField]:
        return list(KindField.objects.filter(kind__desk=self._desk).select_related("kind").order_by("position", "code"))

    def own_fields(self, kind: EntryKind) -> list[KindField]:
        """The fields in use of a kind, in their order."""
        return [field for field in self._all_own if field.kind_id == kind.pk and field.current]

    def own_values_of(self, entry: Entry) -> list[tuple[KindField, str]]:
        """What the entry says in its kind's own fields, as they were worded in the version that it was written in."""
        names = [name for name in entry.fields if name.startswith(OWN)]
        if not names:
            return []
        fields = [row for row in self._all_own if (row.kind.code, row.kind.version) == (entry.kind, entry.kind_version)]
        return [(row, entry.fields[OWN + row.code]) for row in fields if OWN + row.code in names]

    def own_labels_of(self, entry: Entry) -> dict[str, str]:
        """What the entry's own fields are called, by the names under which the record has them."""
        return {OWN + row.code: row.label for row, _value in self.own_values_of(entry)}

    @cached_property
    def _kind_labels(self) -> dict[tuple[str, int | None], str]:
        newest = {(kind.code, None): kind.label for kind in self._all_kinds}
        return newest | {(kind.code, kind.version): kind.label for kind in self._all_kinds}

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        return {(choice.purpose, choice.code): choice.label for choice in self._all_choices}

    def choices(self, purpose: str) -> list[Choice]:
        """The choices in use for the purpose, in their order."""
        return [choice for choice in self._all_choices if choice.purpose == purpose and choice.current]

    def kind_of(self, entry: Entry) -> str:
        """The label of the entry's kind in the version in which it was written; the code for an unknown one."""
        labels = self._kind_labels
        return labels.get((entry.kind, entry.kind_version)) or labels.get((entry.kind, None)) or entry.kind

    def kind_row(self, entry: Entry) -> EntryKind | None:
        """The version of its kind in which the entry was written, with what it promised then; None for an unknown one."""
        return self._kinds_by_version.get((entry.kind, entry.kind_version))

    @cached_property
    def _kinds_by_version(self) -> dict[tuple[str, int | None], EntryKind]:
        return {(kind.code, kind.version): kind for kind in self._all_kinds}

    def source(self, code: str) -> str:
        """The label of a source; other words as they are."""
        return self._labels.get((Choice.Purpose.SOURCE, code), code)

    def department(self, code: str) -> str:
        """The label of a handling department; the name of anybody else as it is."""
        return self._labels.get((Choice.Purpose.DEPARTMENT, code), code)

    @cached_property
    def departments_in_each_language(self) -> list[tuple[str, list[str]]]:
        """The departments in use and of before: code, and its labels folded, in each language."""
        return [
            (each.code, [folded(label) for label in (each.label_en, each.label_zh_hans, each.label_zh_hant) if label])
            for each in self._all_choices if each.purpose == Choice.Purpose.DEPARTMENT
        ]

    def reason(self, code: str) -> str:
        """The label of a reason for a correction; other words as they are."""
        return self._labels.get((Choice.Purpose.CORRECTION_REASON, code), code)
