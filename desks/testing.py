"""Fixed actors for tests of every floor: a site with two desks and all roles, and a second site with the same roles."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from desks.models import Desk, Employer, Membership, Person, Promise, Role, Site
from desks.presets import fill_desk

PASSWORD = "correct-horse-7"
PIN = "395028"
# The PIN's and the password's digests are made once: hashing is slow on purpose.
_ENCODED: dict[str, str] = {}


@dataclass
class Place:
    """A site with its desks and one person of each role; `colleague` is a second agent."""

    site: Site
    desk: Desk
    other_desk: Desk
    agent: Person
    colleague: Person
    butler: Person
    second_butler: Person
    supervisor: Person
    head: Person
    auditor: Person
    administrator: Person

    @property
    def everybody(self) -> dict[str, Person]:
        """The people by the name of their part."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Person)}


@dataclass
class Town(Place):
    """The site that tests are about, the second site `away`, an operator, and a person who is nothing anywhere."""

    away: Place
    operator: Person
    nobody: Person


def make_person(login: str, name: str, employer: Employer | None, number: str, **fields: Any) -> Person:
    """A person with the tests' password and PIN."""
    from django.contrib.auth.hashers import make_password

    for secret in (PASSWORD, PIN):
        _ENCODED.setdefault(secret, make_password(secret))
    return Person.objects.create(
        login=login, name=name, employer=employer, employee_number=number,
        password=_ENCODED[PASSWORD], pin=_ENCODED[PIN], **fields,
    )


PARTS = [
    ("agent", "何嘉怡", "He Jiayi", Role.AGENT, True),
    ("colleague", "黄志强", "Huang Zhiqiang", Role.AGENT, True),
    ("butler", "周敏", "Zhou Min", Role.BUTLER, True),
    ("second_butler", "陈国伟", "Chen Guowei", Role.BUTLER, True),
    ("supervisor", "徐文婷", "Xu Wenting", Role.SUPERVISOR, False),
    ("head", "方建平", "Fang Jianping", Role.PROJECT_HEAD, False),
    ("auditor", "宋岚", "Song Lan", Role.AUDITOR, False),
    ("administrator", "罗启明", "Luo Qiming", Role.SITE_ADMINISTRATOR, False),
]


def make_place(code: str, zone: str = "Asia/Shanghai") -> dict[str, Any]:
    """A site with two desks set up by the preset and one person of each role at the first desk or the whole site."""
    employer = Employer.objects.create(code=f"{code}-pm", name=f"{code} property management")
    site = Site.objects.create(code=code, timezone=zone, label_en=code.title(), label_zh_hans=code.title())
    desks = [
        Desk.objects.create(site=site, slug=f"{code}-{name}", label_en=name.title(), label_zh_hans=name.title(), preset="service-centre")
        for name in ("front", "side")
    ]
    for desk in desks:
        fill_desk(desk, "service-centre")
    people = {}
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for number, (part, name, latin, role, at_desk) in enumerate(PARTS, start=1):
        person = make_person(
            f"{code}-{part}", name, employer, f"{number:04}", name_latin=latin, is_staff=role == Role.SITE_ADMINISTRATOR
        )
        Membership.objects.create(
            person=person, site=site, desk=desks[0] if at_desk else None, role=role, starts_at=since
        )
        Promise.objects.create(person=person, site=site, at=datetime.now(tz=UTC), version=1, language="en", text="as laid")
        people[part] = person
    return {"site": site, "desk": desks[0], "other_desk": desks[1], **people}


def _place_of(code: str, desks: dict[str, Desk], people: dict[str, Person]) -> dict[str, Any]:
    return {
        "site": desks[f"{code}-front"].site,
        "desk": desks[f"{code}-front"],
        "other_desk": desks[f"{code}-side"],
        **{part: people[f"{code}-{part}"] for part, *_ in PARTS},
    }


def lay_town() -> None:
    """Lays the fixed actors: once, in the template of the tests' databases."""
    for code in ("taikoo", "away"):
        make_place(code)
    make_person("town-operator", "系统运维", None, "", is_staff=True, is_superuser=True)
    make_person("nobody", "无名", None, "")


def read_town() -> Town:
    """The fixed actors, read anew for each test: two queries."""
    desks = {desk.slug: desk for desk in Desk.objects.select_related("site", "settings").order_by("pk")}
    people = {person.login: person for person in Person.objects.order_by("pk")}
    return Town(
        **_place_of("taikoo", desks, people),
        away=Place(**_place_of("away", desks, people)),
        operator=people["town-operator"],
        nobody=people["nobody"],
    )


# Tuesday 24 November 2026, 9:00 in Shanghai: inside the early shift, before the inspection is due.
MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def signed_in(person: Person, *others: Person) -> Client:
    """A browser at which the person is the actor; others are signed in beside them."""
    client = Client()
    client.force_login(person)
    if others:
        session = client.session
        seen = int(datetime.now(tz=UTC).timestamp())
        session["seats"] = {
            str(each.pk): {"hash": each.get_session_auth_hash(), "seen": seen} for each in (person, *others)
        }
        session.save()
    return client
