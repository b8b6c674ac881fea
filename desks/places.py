"""What has a book and pages of its own: a desk, or the site as a whole (I8)."""

from typing import Any

from desks.models import Desk, Site

Place = Desk | Site


def site_of(place: Place) -> Site:
    """The site of the desk, or the site itself."""
    return place if isinstance(place, Site) else place.site


def as_argument(place: Place) -> dict[str, Any]:
    """The place as the argument that rights, records and acts take: `desk` or `site`."""
    return {"site": place} if isinstance(place, Site) else {"desk": place}


def name_in_files(place: Place) -> str:
    """How the place is called in names of files, in the same way as in the origin of its book."""
    return f"site-{place.code}" if isinstance(place, Site) else place.slug
