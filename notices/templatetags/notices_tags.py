"""How a notice is shown: its sentence in the reader's language, and the drawing of its matter."""

from django import template

from desks.wording import worded
from notices.models import Notice

register = template.Library()

ICONS = {
    "roster": "roster", "inspection": "inspection", "handover": "handover", "escalation": "alert", "entry": "log",
    "briefing": "info", "review": "log",
}


@register.filter
def words_of_notice(notice: Notice) -> str:
    """The notice's sentence in the language that is active now, its times in its site's zone."""
    return worded(notice.code, notice.fields, notice.site)


@register.filter
def notice_icon(notice: Notice) -> str:
    """The drawing that stands for the notice's matter."""
    return ICONS.get(notice.matter, "bell")
