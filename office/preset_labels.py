"""How a desk's kinds and fields are called beside how its preset calls them now (A6, A8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from desks.models import Desk, EntryKind, KindField
from desks.presets import former_labels, preset_names, read_preset
from desks.queries import kinds_of

Labels = tuple[str, str, str]
"""English, Simplified Chinese, Traditional Chinese."""
NAMES = ("label_en", "label_zh_hans", "label_zh_hant")


@dataclass(frozen=True)
class Difference:
    """A kind, or a field of one, that the preset calls otherwise now."""

    key: str
    """The kind's code, or that and the field's with a full stop between."""
    row: EntryKind | KindField
    before: Labels
    after: Labels
    own: bool
    """The desk words it itself: the preset never called it so."""

    @property
    def kind(self) -> str:
        """The code of the kind."""
        return self.key.partition(".")[0]


def label_differences(desk: Desk) -> list[Difference]:
    """What the desk calls otherwise than its preset does now, in the order of the desk's kinds; nothing that either does not have.

    Rows are told apart by their codes, which never change; three queries.
    """
    if desk.preset not in preset_names():
        return []
    wanted = dict(_preset_labels(desk.preset))
    former = former_labels(desk.preset)
    once = {key: {tuple(each) for each in labels} for sort in ("kinds", "fields") for key, labels in former.get(sort, {}).items()}
    found = []
    for key, row in _rows_of(desk):
        before = labels_of(row)
        after = wanted.get(key)
        if after is not None and before != after:
            found.append(Difference(key, row, before, after, before not in once.get(key, set())))
    return found


def labels_of(row: EntryKind | KindField) -> Labels:
    """The row's labels in the order of a preset."""
    return row.label_en, row.label_zh_hans, row.label_zh_hant


def _preset_labels(name: str) -> Iterator[tuple[str, Labels]]:
    for kind in read_preset(name)["kinds"]:
        yield kind["code"], tuple(kind["labels"])
        for field in kind.get("fields", []):
            yield f"{kind['code']}.{field['code']}", tuple(field["labels"])


def _rows_of(desk: Desk) -> Iterator[tuple[str, EntryKind | KindField]]:
    for kind in kinds_of(desk).prefetch_related("own_fields"):
        yield kind.code, kind
        for field in kind.own_fields.all():
            if field.current:
                yield f"{kind.code}.{field.code}", field
