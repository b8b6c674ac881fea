"""Forms of the log: the composer, the tools of an entry, filters."""

from logbook.forms.composer import ComposerForm

__all__ = ["ComposerForm"]
