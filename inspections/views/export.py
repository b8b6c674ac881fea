"""Inspections and findings as files."""

from logbook.views.export import list_export

export_inspections = list_export("inspections")
export_findings = list_export("findings")
