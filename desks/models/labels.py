"""Labels in three languages, for everything that a site names itself."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


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
        by_language = {"zh-hans": self.label_zh_hans, "zh-hant": self.label_zh_hant, "en": self.label_en}
        return (
            by_language.get(get_language() or "en")
            or self.label_en
            or self.label_zh_hans
            or self.label_zh_hant
        )

    def __str__(self) -> str:
        return self.label
