"""The desk's handovers, and what was reported as left out of them, as files, newest first."""

from logbook.views.export import list_export

export_past = list_export("handovers")
export_omissions = list_export("omissions")
