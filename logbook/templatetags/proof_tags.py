"""A checkpoint as a picture that a phone reads, for the sheet and the screen (A18)."""

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def qr(text: str) -> SafeString:
    """The text as a QR code: an image inside the page, black on white also where the page is dark."""
    return qr_of(text, _("QR code with the text of the checkpoint"))


@register.simple_tag
def qr_of(text: str, words: str) -> SafeString:
    """Any text as such a picture, with what it is in words for who does not see it."""
    picture = segno.make(text, error="m", micro=False).svg_data_uri(scale=1, border=4, light="#fff")
    return format_html('<img class="qr" src="{}" alt="{}">', picture, words)
