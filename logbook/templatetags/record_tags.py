"""A look-up for the pages of reviews and imports."""

from django import template

register = template.Library()


@register.filter
def of(words: dict[str, str], code: str) -> str:
    """What the code is called; the code itself where it is not known any more."""
    return words.get(code, code)
