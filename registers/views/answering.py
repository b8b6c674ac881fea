"""How every act of the custody page answers: back to it when done, the page with what was typed when refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from desks.forms import place_refusal
from desks.models import Desk
from desks.refusal import Refused
from registers.views.custody import custody_page


def answered(
    request: HttpRequest, desk: Desk, name: str, form: forms.Form, act: Callable[[dict[str, Any], datetime], Any], words: str
) -> HttpResponse:
    """Runs the act of a valid form; `name` is how the page calls the form."""
    if form.is_valid():
        try:
            act(form.cleaned_data, timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, words)
            return redirect("registers:custody", desk.slug)
    return custody_page(request, desk, (name, form))
