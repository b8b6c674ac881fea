"""What pages of exports show around their own: the place, and the ways on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from desks.models import Desk, Site
from desks.permissions import may
from desks.places import Place


def address_of(name: str, of: Place, *more: object) -> str:
    """The address of that page of exports, of the desk or of the site."""
    if isinstance(of, Site):
        return reverse(f"logbook:site_{name}", args=[of.code, *more])
    return reverse(f"logbook:{name}", args=[of.slug, *more])


def home_of(of: Place, reader: Any) -> tuple[str, str]:
    """Where the way back leads, and what that page is called: the log, the site's book, or the home page of who does not read it."""
    if isinstance(of, Desk):
        return reverse("logbook:log", args=[of.slug]), _("Log")
    if may(reader, "site.book", site=of):
        return reverse("logbook:site_book", args=[of.code]), _("The site’s book")
    return reverse("notices:inbox"), _("Notices")


def framed(of: Place, reader: Any) -> dict[str, Any]:
    """What each of these pages shows beside its own: the place, and the ways on."""
    url, label = home_of(of, reader)
    own = {"section": "book", "site": of} if isinstance(of, Site) else {"section": "log", "desk": of}
    return own | {"place": of, "home_url": url, "home_label": label, "jobs_url": address_of("export_jobs", of)}
