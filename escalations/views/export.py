"""Escalations as files: a desk's own, and those of its site."""

from logbook.views.export import list_export

export_list = list_export("escalations")
export_overview = list_export("escalations_all")
