"""Pages as trees, for tests of every floor: parsed elements instead of pieces of text."""

from collections.abc import Iterator

from django.test.html import Element, parse_html


def tree(html: str) -> Element:
    """The page, or the part of one, as a tree; a tag that is never closed fails here."""
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
        if each.name == tag and all(dict(each.attributes).get(key) == value for key, value in wanted.items())
    ]


def text_of(root: Element | str) -> str:
    """The words of the tree, single spaces between them."""
    if isinstance(root, str):
        return " ".join(root.split())
    return " ".join(part for part in (text_of(child) for child in root.children) if part)
