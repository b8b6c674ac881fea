"""What an entry says, and what was written with it: as rows, and on pages that show it without its row (I8)."""

from django import template

from logbook.numbers import masked_in
from logbook.reading import text_of
from logbook.row_html import rows_html, words_html

register = template.Library()
register.filter("written", text_of)
register.filter("masked", masked_in)
register.simple_tag(rows_html, name="log_rows")
register.simple_tag(words_html, name="log_words")
