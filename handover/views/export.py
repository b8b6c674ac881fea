"""What a desk's pages of handovers show, as files."""

from logbook.views.export import list_export

export_past = list_export("handovers")
export_omissions = list_export("omissions")
export_held = list_export("held")
export_patterns = list_export("handover_patterns")
