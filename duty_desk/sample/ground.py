"""The ground of the sample site: site, desk, people."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from desks.models import Desk, Employer, Membership, Person, Role, Site
from desks.permissions import RIGHTS
from desks.presets import fill_desk
from desks.promises import VERSION, promise_confidentiality
from desks.sample_secrets import PASSWORD, PIN
from duty_desk.sample.people import PEOPLE

SITE = "taikoo-sample"
DESK = "front"


def lay_ground(language: str, now: datetime) -> tuple[Desk, dict[str, Person]]:
    """Makes the sample site with its desk and people; memberships began a year ago. Returns the desk and the people."""
    employer = Employer.objects.create(code="sample", name="Sample property management")
    site = Site.objects.create(
        code=SITE,
        label_en="Taikoo Garden (sample)",
        label_zh_hans="太古城花园（示例）",
        label_zh_hant="太古城花園（示例）",
    )
    desk = Desk.objects.create(
        site=site,
        slug=DESK,
        preset="service-centre",
        label_en="Service-centre front desk",
        label_zh_hans="服务中心前台",
        label_zh_hant="服務中心前台",
    )
    fill_desk(desk, "service-centre")
    password, pin = make_password(PASSWORD), make_password(PIN)
    people = {}
    for row in PEOPLE:
        person = Person.objects.create(
            login=row.login,
            name=row.name,
            name_latin=row.name_latin,
            employer=employer if row.number else None,
            employee_number=row.number,
            phone=row.phone,
            password=password,
            pin=pin,
            is_staff=row.role in {None, Role.SITE_ADMINISTRATOR},
            is_superuser=row.role is None,
        )
        people[row.login] = person
        if row.role is not None:
            Membership.objects.create(
                person=person,
                site=site,
                desk=desk if row.at_desk else None,
                role=row.role,
                starts_at=now - timedelta(days=365),
            )
            if row.role in RIGHTS["log.promise"]:
                promise_confidentiality(actor=person, site=site, version=VERSION, now=now - timedelta(days=30))
    return desk, people
