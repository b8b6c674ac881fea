"""What an entry says, and what was written with it, on pages that show it without its row (I8)."""

from django import template

from logbook.numbers import masked_in
from logbook.reading import text_of

register = template.Library()
register.filter("written", text_of)
register.filter("masked", masked_in)
