"""The desk's handovers as a file, newest first."""

from logbook.views.export import list_export

export_past = list_export("handovers")
