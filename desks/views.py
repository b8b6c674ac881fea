"""Pages about oneself: signing in and out, the people at one computer, PIN, password, profile, language."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from desks import actions, binding, seats
from desks.forms import PasswordForm, PinForm, ProfileForm, SignInForm, SwitchForm, place_refusal
from desks.models import Person
from desks.permissions import own_page, public_page
from desks.refusal import Refused


def _next_url(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else "/"


def _status(form: object) -> int:
    return 422 if getattr(form, "errors", None) else 200


@sensitive_post_parameters("secret")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs a person in at this browser: the first one, or one more beside those who are there (the shared computer)."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = Person.objects.filter(login=form.cleaned_data["login"].strip()).first()
        try:
            if person is None:
                Person().set_password(form.cleaned_data["secret"])
                raise binding.WrongSecret("A20", _("The sign-in name or password is wrong."), _("Try again, slowly."))
            now = timezone.now()
            binding.confirm_password(person, form.cleaned_data["secret"], now=now)
        except binding.WrongSecret:
            form.add_error(None, _("The sign-in name or password is wrong. Try again, slowly."))
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            seats.take_seat(request, person, now)
            response = redirect(_next_url(request))
            if person.language:
                response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, samesite="Lax")
            return response
    beside = request.user.is_authenticated
    context = {"form": form, "next": _next_url(request), "beside": beside}
    return render(request, "desks/sign_in.html", context, status=_status(form))


sign_in = public_page(sign_in)
sign_in.changes_actor = sign_in.open_with_one_time_password = True  # type: ignore[attr-defined]


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signs out the actor, or with `everybody` all people of this browser."""
    if request.POST.get("everybody"):
        request.session.flush()
    elif request.user.is_authenticated:
        seats.leave_seat(request, request.user)
    return redirect("home")


sign_out = public_page(sign_out)
sign_out.changes_actor = sign_out.open_with_one_time_password = True  # type: ignore[attr-defined]


@sensitive_post_parameters("secret")
@require_POST
def switch_actor(request: HttpRequest) -> HttpResponse:
    """Makes a person whose chip was tapped the actor, by their PIN or password."""
    form = SwitchForm(request.POST)
    if form.is_valid():
        person = get_object_or_404(Person, pk=form.cleaned_data["person"])
        if person.pk not in seats.seat_ids(request):
            refusal: Refused | None = Refused(
                "I9", _("This person is not signed in at this computer."), _("Sign in with the password first.")
            )
        else:
            refusal = None
            now = timezone.now()
            try:
                binding.confirm(person, form.cleaned_data["secret"], now=now)
                seats.become(request, person, now)
            except Refused as caught:
                refusal = caught
        if refusal is None:
            if request.htmx:
                return HttpResponse(status=204, headers={"HX-Trigger": "actor-changed", "X-Actor": str(person.pk)})
            return redirect(_next_url(request))
        place_refusal(form, refusal)
    context = {"form": form, "next": _next_url(request), "people": seats.seated_people(request)}
    template = "desks/_switch_form.html" if request.htmx else "desks/switch.html"
    return render(request, template, context, status=422)


switch_actor = own_page(switch_actor)
switch_actor.changes_actor = switch_actor.open_with_one_time_password = True  # type: ignore[attr-defined]


@sensitive_post_parameters()
@own_page
@require_http_methods(["GET", "POST"])
def set_pin(request: HttpRequest) -> HttpResponse:
    """Sets one's own PIN."""
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            confirmed = binding.confirm_password(request.user, form.cleaned_data["secret"], now=now)
            actions.set_pin(actor=request.user, confirmed=confirmed, pin=form.cleaned_data["pin"], now=now)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Your new PIN holds from now on."))
            return redirect("desks:profile")
    return render(request, "desks/pin.html", {"form": form}, status=_status(form))


@sensitive_post_parameters()
@own_page
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Sets one's own password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            confirmed = binding.confirm_password(request.user, form.cleaned_data["secret"], now=now)
            actions.change_password(
                actor=request.user, confirmed=confirmed, password=form.cleaned_data["new_password"], now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            seats.take_seat(request, Person.objects.get(pk=request.user.pk), now)
            messages.success(request, _("Your new password holds from now on."))
            return redirect("desks:profile")
    return render(request, "desks/password.html", {"form": form}, status=_status(form))


change_password.open_with_one_time_password = True  # type: ignore[attr-defined]


@own_page
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own phone, e-mail and language."""
    form = ProfileForm(request.POST or None, instance=Person.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        person = actions.change_profile(actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        response = redirect("desks:profile")
        if person.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, samesite="Lax")
        return response
    return render(request, "desks/profile.html", {"form": form}, status=_status(form))


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Changes the language of this browser, and of the person who is signed in."""
    language = request.POST.get("language", "")
    response = redirect(_next_url(request))
    if translation.check_for_language(language) and language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            person = request.user
            actions.change_profile(
                actor=person, phone=person.phone, email=person.email, language=language, now=timezone.now()
            )
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")
    return response


set_language = public_page(set_language)
set_language.open_with_one_time_password = True  # type: ignore[attr-defined]
