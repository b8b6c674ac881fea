"""Labels of the codes that entries carry, in the reader's language: two queries for a page, however many rows."""

from functools import cached_property

from desks.models import Choice, Desk, EntryKind
from logbook.models import Entry


class DeskWords:
    """What a desk calls its kinds, sources and departments, now and in every version that entries refer to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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

    def source(self, code: str) -> str:
        """The label of a source; other words as they are."""
        return self._labels.get((Choice.Purpose.SOURCE, code), code)

    def department(self, code: str) -> str:
        """The label of a handling department; the name of anybody else as it is."""
        return self._labels.get((Choice.Purpose.DEPARTMENT, code), code)

    def reason(self, code: str) -> str:
        """The label of a reason for a correction; other words as they are."""
        return self._labels.get((Choice.Purpose.CORRECTION_REASON, code), code)
