"""Forms about oneself: sign-in, PIN, password, profile."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from desks.models import Person


class SignInForm(forms.Form):
    """Sign-in name and password."""

    login = forms.CharField(
        label=_("Sign-in name"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    secret = forms.CharField(
        label=_("Password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SwitchForm(forms.Form):
    """The PIN or password of the person whose chip was tapped."""

    person = forms.IntegerField(widget=forms.HiddenInput)
    secret = forms.CharField(
        label=_("PIN or password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class PinForm(forms.Form):
    """A new PIN, twice, with the password."""

    pin = forms.CharField(
        label=_("New PIN (six to twelve digits)"), max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    pin_again = forms.CharField(
        label=_("New PIN again"), max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    secret = forms.CharField(
        label=_("Your password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> dict[str, object]:
        """The two PINs are the same."""
        cleaned = super().clean() or {}
        if cleaned.get("pin") != cleaned.get("pin_again"):
            self.add_error("pin_again", _("The two PINs differ."))
        return cleaned


class PasswordForm(forms.Form):
    """A new password, twice, with the old one."""

    secret = forms.CharField(
        label=_("Your password until now"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label=_("New password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password_again = forms.CharField(
        label=_("New password again"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        """The two passwords are the same."""
        cleaned = super().clean() or {}
        if cleaned.get("new_password") != cleaned.get("new_password_again"):
            self.add_error("new_password_again", _("The two passwords differ."))
        return cleaned


class ProfileForm(forms.ModelForm):
    """What people may change about themselves."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("as the browser asks")), *settings.LANGUAGES]
    )

    class Meta:
        model = Person
        fields = ["phone", "email", "language"]


def place_refusal(form: forms.Form, refusal: Exception) -> None:
    """Shows a refusal beside the field it is about, or above the form, with reason and remedy."""
    field = getattr(refusal, "field", None)
    words = [str(part) for part in (getattr(refusal, "reason", refusal), getattr(refusal, "remedy", "")) if part]
    form.add_error(field if field in form.fields else None, " ".join(words))
