"""The preset's call tree (A16)."""

from typing import Any

from simple_history.utils import bulk_create_with_history

from desks.hooks import preset_sections
from desks.models import Desk
from escalations.models import CallStep


def load_call_tree(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Lays the preset's call tree at the site of a new desk, unless the site has one: a second desk shares the first's."""
    if CallStep.objects.filter(site=desk.site_id).exists():
        return
    steps = []
    for place, row in enumerate(rows, start=1):
        values = dict(row)
        english, simplified, traditional = values.pop("labels")
        labels = {"label_en": english, "label_zh_hans": simplified, "label_zh_hant": traditional}
        steps.append(CallStep(site_id=desk.site_id, position=place, **labels, **values))
    bulk_create_with_history(steps, CallStep)


def register_preset() -> None:
    """Registers the section `call_tree` of the presets."""
    preset_sections.register("call_tree", load_call_tree)
