"""What templates of escalations need beside the general tags."""

import re

from django import template

register = template.Library()


@register.filter
def tel(phone: str) -> str:
    """The phone as an address that a telephone dials: digits and a leading plus, whatever it is written with.

    An extension after # or x is left out: it is dialled by hand.
    """
    number = re.split(r"[#x×转轉]", phone, maxsplit=1)[0]
    digits = "".join(each for each in number if each in "0123456789")
    return f"+{digits}" if number.strip().startswith(("+", "＋")) else digits
