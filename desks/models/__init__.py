"""The ground: sites, desks, people, who may do what where, and everything that a desk sets for itself."""

from desks.models.people import ActingSupervisor, Employer, Membership, Person, Role
from desks.models.places import Desk, Installation, OpeningHours, Site
from desks.models.promises import Promise
from desks.models.settings import DeskSettings
from desks.models.setup import ChecklistItem, ChecklistTemplate, Choice, Coded, EntryKind, KindField, Labelled

__all__ = [
    "ActingSupervisor",
    "ChecklistItem",
    "ChecklistTemplate",
    "Choice",
    "Coded",
    "Desk",
    "DeskSettings",
    "Employer",
    "EntryKind",
    "Installation",
    "KindField",
    "Labelled",
    "Membership",
    "OpeningHours",
    "Person",
    "Promise",
    "Role",
    "Site",
]
