"""The office's acts; the only door to writing its data, and the ground's."""

from office.actions.acting import MAY_ACT, end_acting, name_acting_supervisor
from office.actions.briefing import acknowledge_briefing, tell_briefing, write_briefing
from office.actions.employers import add_employer, change_employer
from office.actions.kinds import add_kind_field, change_kind_field
from office.actions.people import (
    CHANGEABLE,
    add_person,
    begin_membership,
    change_person,
    end_membership,
    end_person,
    set_one_time_password,
    unlock_person,
)
from office.actions.preset_labels import take_preset_labels
from office.actions.setup import add_setup, change_settings, load_preset, set_opening_hours, set_up_desk, set_up_site

__all__ = [
    "CHANGEABLE",
    "MAY_ACT",
    "acknowledge_briefing",
    "add_employer",
    "add_kind_field",
    "add_person",
    "add_setup",
    "begin_membership",
    "change_employer",
    "change_kind_field",
    "change_person",
    "change_settings",
    "end_acting",
    "end_membership",
    "end_person",
    "load_preset",
    "name_acting_supervisor",
    "set_one_time_password",
    "set_opening_hours",
    "set_up_desk",
    "set_up_site",
    "take_preset_labels",
    "tell_briefing",
    "unlock_person",
    "write_briefing",
]
