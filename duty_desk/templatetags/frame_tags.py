"""The frame's parts on pages that keep theirs (desks.keeping): the top, the tabs, the dialogs."""

from django import template
from django.template import RequestContext
from django.utils.safestring import SafeString

from desks.keeping import PAGE_HERE, QUOTED_PAGE_HERE, TOKEN_HERE, filled

register = template.Library()


@register.simple_tag(takes_context=True)
def frame(context: RequestContext, name: str) -> SafeString:
    """A part of the frame: kept with the page's other parts, for all that it shows; elsewhere rendered anew."""
    request = context.get("request")
    parts = getattr(request, "parts", None)
    part = context.template.engine.get_template(name)
    if request is None or parts is None:
        return part.render(context)

    def make() -> SafeString:
        with context.push(csrf_token=TOKEN_HERE, this_page=PAGE_HERE, this_page_quoted=QUOTED_PAGE_HERE):
            return part.render(context)

    return filled(parts.get(name, make, *context["shell"].tells, context.get("section")), request)
