"""Pages as trees, for tests that ask what stands on them."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.test.html import Element, parse_html


def tree(answer: HttpResponse) -> Element:
    """The answer's page as a tree; a tag that is never closed fails here."""
    html = answer.content.decode()
    return parse_html(html.split("<!doctype html>", 1)[-1])


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
        if each.name == tag and all(attribute(each, key) == value for key, value in wanted.items())
    ]


def attribute(element: Element, name: str) -> str | None:
    """The element's attribute, or None."""
    return dict(element.attributes).get(name)


def words(element: Element | str) -> str:
    """All words of an element."""
    return element if isinstance(element, str) else " ".join(words(child) for child in element.children)


def rows(page: Element) -> list[int]:
    """The numbers of the entries that stand on the page, in their order."""
    return [int(attribute(each, "data-number") or 0) for each in find(page, "article") if attribute(each, "data-number")]
