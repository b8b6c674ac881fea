"""Names as the record writes them: in the installation's language, whoever reads later."""

from django.conf import settings
from django.utils import translation

from desks.models import Labelled


def house_label(thing: Labelled) -> str:
    """The label of a desk, an item, a choice in the installation's language, for the fields of an entry."""
    with translation.override(settings.LANGUAGE_CODE):
        return thing.label
