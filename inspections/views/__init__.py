"""Pages of inspections and findings."""

from inspections.views.export import export_findings, export_inspections
from inspections.views.findings import finding, findings, own_finding, settle
from inspections.views.inspecting import inspection, page, save, save_item, start

__all__ = [
    "export_findings",
    "export_inspections",
    "finding",
    "findings",
    "inspection",
    "own_finding",
    "page",
    "save",
    "save_item",
    "settle",
    "start",
]
