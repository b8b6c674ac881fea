"""Every address as every role: what the one table of permissions says is what happens (A20, I8)."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from desks.permissions import RIGHTS, may
from desks.testing import Town, signed_in
from escalations.tests.calling import make_contact

VALUES = {
    "int": 999_999, "pk": 999_999, "number": 999_999, "month": "2026-12", "day": "2026-11-24", "year": 2026,
    "uuid": UUID(int=7), "slug": "nothing", "person": 999_999,
}


def _addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from _addresses(pattern, route)
        else:
            yield route, pattern


ADDRESSES = list(_addresses(get_resolver()))
PARTS = ["agent", "butler", "supervisor", "head", "auditor", "administrator"]


def _filled(route: str, pattern: URLPattern, desk: str, site: str) -> str:
    from django.urls.converters import get_converters

    path = route
    for name, converter in pattern.pattern.converters.items():
        kind = next(key for key, value in get_converters().items() if type(value) is type(converter))
        value = {"desk": desk, "site": site}.get(name, VALUES.get(name, VALUES.get(kind, "x")))
        if isinstance(value, date):
            value = value.isoformat()
        path = path.replace(f"<{kind}:{name}>", str(value)).replace(f"<{name}>", str(value))
    return "/" + path


@pytest.mark.parametrize("route,pattern", ADDRESSES, ids=[route or "/" for route, _ in ADDRESSES])
def test_every_address_declares_who_may_open_it(route: str, pattern: URLPattern) -> None:
    scope = getattr(pattern.callback, "scope", None)
    assert scope in {"public", "own", "desk", "site"}, f"{route} is guarded by none of desks.permissions' decorators"
    if scope in {"desk", "site"}:
        assert pattern.callback.right in RIGHTS
        assert scope in pattern.pattern.converters or f"<slug:{scope}>" in route


@pytest.mark.clause("A20")
def test_every_address_as_every_role(town: Town) -> None:
    wrong = []
    for part in [*PARTS, "stranger", "nobody", "operator"]:
        person = town.away.everybody["supervisor"] if part == "stranger" else getattr(town, part)
        client = signed_in(person)
        client.raise_request_exception = False
        for route, pattern in ADDRESSES:
            view = pattern.callback
            if view.scope not in {"desk", "site"}:
                continue
            path = _filled(route, pattern, town.desk.slug, town.site.code)
            answer = client.get(path)
            if answer.status_code == 405:
                answer = client.post(path)
            asked = {"desk": town.desk} if view.scope == "desk" else {"site": town.site}
            allowed = may(person, view.right, **asked)
            if part in {"stranger", "nobody", "operator"}:
                fits = answer.status_code == 404
            elif allowed:
                fits = answer.status_code not in {403, 500}
            else:
                fits = answer.status_code == 403
            if not fits:
                wrong.append(f"{part} {path}: {answer.status_code}, allowed={allowed}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.clause("A20")
def test_nobody_signed_in_is_sent_to_sign_in(town: Town) -> None:
    from django.test import Client

    client = Client()
    for route, pattern in ADDRESSES:
        if pattern.callback.scope == "public":
            continue
        path = _filled(route, pattern, town.desk.slug, town.site.code)
        answer = client.get(path)
        if answer.status_code == 405:
            answer = client.post(path)
        assert answer.status_code == 302 and "/sign-in/" in answer["Location"], path


@pytest.mark.clause("I8")
def test_a_department_contact_opens_no_page_but_of_their_own_calls(town: Town) -> None:
    contact = make_contact(town)
    assert may(contact, "escalation.called", desk=town.desk)
    client = signed_in(contact)
    seen = []
    for route, pattern in ADDRESSES:
        view = pattern.callback
        if view.scope not in {"desk", "site"}:
            continue
        path = _filled(route, pattern, town.desk.slug, town.site.code)
        status = client.get(path).status_code
        if status == 405:
            status = client.post(path).status_code
        if status != (404 if view.right == "escalation.called" else 403):
            seen.append(f"{path}: {status}")
    assert not seen, "\n".join(seen)
