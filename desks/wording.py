"""Wording of acts and notices: a message code and named values become a sentence when somebody reads them (I11).

Values are stored as texts. A name that ends in `_at` holds an ISO moment, one that ends in `_on` an ISO day; both are
written out in the reader's language and the place's zone.
"""

import re
from datetime import date, datetime
from typing import Any

from desks.hooks import messages
from desks.models import Desk, Site

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def worded(code: str, fields: dict[str, Any], place: Desk | Site) -> str:
    """The sentence of that code with its values, in the language that is active now.

    A code that no floor registers any more is shown as it is, a value that is missing as a dash: what stands in the
    record is never hidden because its wording went away.
    """
    wording = messages.get(code)
    if wording is None:
        return " · ".join([code, *(str(value) for value in fields.values())])
    return PLACEHOLDER.sub(lambda found: _value(found[1], fields.get(found[1]), place), str(wording)).replace("%%", "%")


def _value(name: str, value: Any, place: Desk | Site) -> str:
    from desks.templatetags.desks_tags import local_date, local_moment

    if value in {None, ""}:
        return "–"
    try:
        if name.endswith("_at"):
            return local_moment(datetime.fromisoformat(value), place)
        if name.endswith("_on"):
            return local_date(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)
    return str(value)
