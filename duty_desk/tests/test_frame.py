"""The frame of every page: what stands in it for whom, and that nothing inside a page may run or restyle it."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.html import Element, parse_html
from django.test.utils import CaptureQueriesContext

from desks.models import Desk
from desks.testing import Town, signed_in


def tree(html: str) -> Element:
    """The page as a tree; a tag that is never closed fails here."""
    return parse_html(html.split("<!doctype html>", 1)[1])


def elements(root: Element | str) -> Iterator[Element]:
    """Every element of the tree."""
    if isinstance(root, str):
        return
    yield root
    for child in root.children:
        yield from elements(child)


def find(root: Element, tag: str, /, **attributes: str) -> list[Element]:
    """The elements of that name with those attributes (a trailing underscore is dropped, others become hyphens)."""
    wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return [
        each
        for each in elements(root)
        if each.name == tag and all(dict(each.attributes).get(key) == value for key, value in wanted.items())
    ]


@pytest.mark.django_db
def test_the_sign_in_page_speaks_the_browsers_language_and_offers_all(client: Client) -> None:
    for header, code in (("zh-Hans", "zh-hans"), ("zh-Hant,en;q=0.5", "zh-hant"), ("en", "en")):
        page = tree(client.get("/sign-in/", HTTP_ACCEPT_LANGUAGE=header).content.decode())
        assert dict(page.attributes)["lang"] == code
    offered = {dict(button.attributes)["value"] for button in find(page, "button", name="language")}
    assert offered == {"en", "zh-hans", "zh-hant"}


def test_a_chosen_language_stays_with_the_person(town: Town) -> None:
    client = signed_in(town.agent)
    assert client.post("/language/", {"language": "zh-hant", "next": "/profile/"}).headers["Location"] == "/profile/"
    town.agent.refresh_from_db()
    assert town.agent.language == "zh-hant"
    assert dict(tree(client.get("/profile/").content.decode()).attributes)["lang"] == "zh-hant"


def test_an_unknown_language_changes_nothing(town: Town) -> None:
    client = signed_in(town.agent)
    client.post("/language/", {"language": "../../x"})
    town.agent.refresh_from_db()
    assert town.agent.language == ""


@pytest.mark.parametrize("path", ["/sign-in/", "/profile/", "/profile/pin/", "/profile/password/", "/nothing-here/"])
def test_no_style_and_no_script_stands_inside_a_page(town: Town, path: str) -> None:
    answer = signed_in(town.agent, town.colleague).get(path)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for element in elements(tree(answer.content.decode())):
        attributes = dict(element.attributes)
        assert "style" not in attributes, element
        assert not [name for name in attributes if name.startswith("on")], element
        assert element.name != "style", element
        if element.name == "script":
            assert attributes.get("src", "").startswith("/static/"), element
        for name in ("src", "href"):
            assert not attributes.get(name, "").startswith(("http:", "https:", "//", "javascript:")), element


@pytest.mark.parametrize("path", ["/sign-in/", "/profile/", "/profile/pin/", "/profile/password/"])
def test_each_field_has_its_label_and_each_page_one_heading(town: Town, path: str) -> None:
    page = tree(signed_in(town.agent).get(path).content.decode())
    labelled = {dict(label.attributes).get("for") for label in find(page, "label")}
    for kind in ("input", "select", "textarea"):
        for field in find(page, kind):
            attributes = dict(field.attributes)
            if attributes.get("type") not in ("hidden", "submit"):
                assert attributes.get("id") in labelled or "aria-label" in attributes, field
    assert len(find(page, "h1")) == 1
    assert find(page, "a", href="#main") and find(page, "main", id="main"), "the way past the navigation"


def test_htmx_neither_evaluates_nor_styles_and_carries_the_actor(town: Town) -> None:
    page = tree(signed_in(town.agent).get("/profile/").content.decode())
    config = json.loads(dict(find(page, "meta", name="htmx-config")[0].attributes)["content"])
    assert config["allowEval"] is False and config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0, "pages with residents' data are not kept in the browser"
    headers = json.loads(dict(find(page, "body")[0].attributes)["hx-headers"])
    assert headers["X-Actor"] == str(town.agent.pk) and headers["X-CSRFToken"]


def test_the_name_chips_stand_for_the_people_of_this_browser_alone(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    answer = client.post("/people/switch/", {"person": town.colleague.pk, "secret": "000000"})
    assert answer.status_code == 422
    page = tree(answer.content.decode())
    offered = {dict(field.attributes)["value"] for field in find(page, "input", name="person")}
    assert offered == {str(town.agent.pk), str(town.colleague.pk)}
    assert town.supervisor.display_name not in answer.content.decode()


@pytest.mark.clause("I8")
def test_the_frame_shows_nothing_of_the_other_site(town: Town) -> None:
    text = signed_in(town.agent).get("/profile/").content.decode()
    assert town.away.desk.slug not in text and town.away.site.label_en not in text


def test_the_administration_is_offered_to_who_may_open_it(town: Town) -> None:
    for person, offered in ((town.agent, False), (town.supervisor, False), (town.administrator, True)):
        page = tree(signed_in(person).get("/profile/").content.decode())
        assert bool(find(page, "a", href="/admin/")) is offered, person.login


def test_the_frame_costs_the_same_number_of_queries_however_many_desks_there_are(town: Town) -> None:
    client = signed_in(town.supervisor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get("/profile/")
        return len(context)

    queries()
    few = queries()
    for number in range(20):
        Desk.objects.create(site=town.site, slug=f"more-{number}", label_en=f"Desk {number}")
    assert queries() == few
