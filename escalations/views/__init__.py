"""Pages of escalations."""

from escalations.views.calls import call_on, called, say
from escalations.views.export import export_list, export_overview
from escalations.views.overview import overview
from escalations.views.spoken import spoken
from escalations.views.steps import acknowledge, close, confirm, decide, listing, page, pass_up, phone, raise_one

__all__ = [
    "acknowledge",
    "call_on",
    "called",
    "close",
    "confirm",
    "decide",
    "export_list",
    "export_overview",
    "listing",
    "overview",
    "page",
    "pass_up",
    "phone",
    "raise_one",
    "say",
    "spoken",
]
