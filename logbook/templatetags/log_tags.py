"""What an entry says, on pages that show it without its row (I8)."""

from django import template

from logbook.reading import text_of

register = template.Library()
register.filter("written", text_of)
