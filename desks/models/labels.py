"""Labels in three languages, for everything that a site names itself."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_own_language(english: str, simplified: str, traditional: str) -> str:
    """The words in the reader's language, else the first that are filled in."""
    own = {"zh-hans": simplified, "zh-hant": traditional, "en": english}.get(get_language() or "en")
    return own or english or simplified or traditional


class Labelled(models.Model):
    """A row with a label in each language; the reader's own language is shown, else the first that is filled in."""

    label_en = models.CharField(_("label (English)"), max_length=120, blank=True)
    label_zh_hans = models.CharField(_("label (Simplified Chinese)"), max_length=120, blank=True)
    label_zh_hant = models.CharField(_("label (Traditional Chinese)"), max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return in_own_language(self.label_en, self.label_zh_hans, self.label_zh_hant)

    def __str__(self) -> str:
        return self.label
