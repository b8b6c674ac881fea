"""Presets: what a new desk begins with, as data files of the project, loaded by command and by the admin."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from desks.hooks import preset_sections
from desks.models import (
    ChecklistItem,
    ChecklistTemplate,
    Choice,
    Desk,
    DeskSettings,
    EntryKind,
    KindField,
    OpeningHours,
)
from desks.refusal import Refused

FOLDER = Path(__file__).parent
FIRST_PRESET = "service-centre"
# Sections whose rows may be taken from another preset by their codes.
SHARED = ("kinds", "choices", "checklists", "shift_types", "custody_items", "call_tree")


def preset_names() -> list[str]:
    """The presets that the project brings."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read_preset(name: str) -> dict[str, Any]:
    """The content of a preset. Raises Refused for a name that does not exist."""
    if name not in preset_names():
        raise Refused("A6", _("There is no preset of this name."), ", ".join(preset_names()))
    return _whole(_read(FOLDER / f"{name}.json"))


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _whole(preset: dict[str, Any]) -> dict[str, Any]:
    """The preset with what it takes from the one that it is `like`: a row by its code alone, a section by the other's name.

    Raises LookupError for a code that the other does not have: a mistake in the file.
    """
    if "like" not in preset:
        return preset
    other = _read(FOLDER / f"{preset['like']}.json")

    def taken(part: Any, there: Any) -> Any:
        if part == preset["like"]:
            return there
        if isinstance(part, dict):
            return {key: value if key == "labels" else taken(value, there.get(key, {})) for key, value in part.items()}
        if isinstance(part, list):
            by_code = {row["code"]: row for row in there if "code" in row} if isinstance(there, list) else {}
            return [by_code[row] if isinstance(row, str) else row for row in part]
        return part

    return preset | {section: taken(preset[section], other.get(section, {})) for section in SHARED if section in preset}


def preset_label(name: str) -> str:
    """What the preset is called in the language that is active."""
    languages = ("en", "zh-hans", "zh-hant")
    own = get_language() or "en"
    return str(read_preset(name)["labels"][languages.index(own) if own in languages else 0])


def preset_choices() -> list[tuple[str, str]]:
    """The presets to choose from, under the names that the reader knows."""
    return [(name, preset_label(name)) for name in preset_names()]


def _labels(row: dict[str, Any]) -> dict[str, Any]:
    """The labels of a row: `labels` is [English, Simplified, Traditional]."""
    english, simplified, traditional = row.pop("labels")
    return row | {"label_en": english, "label_zh_hans": simplified, "label_zh_hant": traditional}


def coded_rows(model: type, rows: list[dict[str, Any]], **owner: Any) -> list[Any]:
    """New rows of a coded model at their first version, in the order of the file."""
    made = [model(**owner, **_labels(dict(row)), position=place) for place, row in enumerate(rows, start=1)]
    return bulk_create_with_history(made, model)


def former_labels(name: str) -> dict[str, dict[str, list[list[str]]]]:
    """What the preset called its kinds and fields before: by "kinds" (code) and "fields" (kind.code), each its former labels in three languages.

    Those of rows that it takes from another preset are that one's. A label that changes in a preset goes into `former/<preset>.json`: a desk that still has it has not worded it itself.
    """
    if name not in preset_names():
        return {}
    own = _read_former(name)
    preset = _read(FOLDER / f"{name}.json")
    taken = {kind for kind in preset["kinds"] if isinstance(kind, str)}
    for sort, labels in (_read_former(preset["like"]) if taken else {}).items():
        of_taken = {key: former for key, former in labels.items() if key.partition(".")[0] in taken}
        own[sort] = of_taken | own.get(sort, {})
    return own


def _read_former(name: str) -> dict[str, dict[str, list[list[str]]]]:
    path = FOLDER / "former" / f"{name}.json"
    return _read(path) if path.exists() else {}


@transaction.atomic
def fill_desk(desk: Desk, name: str) -> None:
    """Fills a desk that has nothing yet with the preset's data. Raises Refused for a desk that is set up already."""
    preset = read_preset(name)
    if EntryKind.objects.filter(desk=desk).exists():
        raise Refused("A6", _("This desk is set up already."), _("Change its settings one by one instead."))
    bulk_create_with_history([DeskSettings(desk=desk, **preset["settings"])], DeskSettings)
    hours = [
        OpeningHours(desk=desk, weekday=weekday, opens=opens, closes=closes)
        for weekday, (opens, closes) in ((weekday, pair) for weekday, pair in enumerate(preset["opening_hours"]) if pair)
    ]
    bulk_create_with_history(hours, OpeningHours)
    heads = [{key: value for key, value in kind.items() if key != "fields"} for kind in preset["kinds"]]
    for kind, row in zip(coded_rows(EntryKind, heads, desk=desk), preset["kinds"], strict=True):
        coded_rows(KindField, row.get("fields", []), kind=kind)
    for purpose, rows in preset["choices"].items():
        coded_rows(Choice, rows, desk=desk, purpose=purpose)
    for purpose, template in preset["checklists"].items():
        items = template["items"]
        head = {key: value for key, value in template.items() if key != "items"}
        (made,) = coded_rows(ChecklistTemplate, [head], desk=desk, purpose=purpose)
        coded_rows(ChecklistItem, items, template=made)
    for section, load in preset_sections:
        load(desk, preset.get(section, []))
