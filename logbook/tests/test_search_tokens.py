"""What the index holds of a text: the same lexemes as since its first migration, however they are made (A17; docs/decisions/0030)."""

from importlib import import_module

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

FIRST = import_module("logbook.migrations.0014_search").TOKENS.replace("FUNCTION search_tokens", "FUNCTION pg_temp.first_tokens")
# White space of every kind stands between words, at their ends and alone; some characters lie beyond the first plane.
TEXTS = st.text(st.sampled_from("漏水5栋b 1203\n\t\u00a0\u3000\u2028\u0085\ue123𠮷é.'\"\\%"), max_size=40)


@pytest.fixture
def first_tokens(db: None, as_owner):
    """The function as the index was first built with it."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(FIRST.replace("%", "%%"), [])
        cursor.execute("GRANT EXECUTE ON FUNCTION pg_temp.first_tokens(bigint, bigint, text) TO PUBLIC")
    yield
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION pg_temp.first_tokens(bigint, bigint, text)")


@pytest.mark.clause("A17")
def test_the_lexemes_of_any_text_are_those_that_the_index_was_built_with(first_tokens) -> None:
    @given(texts=st.lists(TEXTS, min_size=1, max_size=20), number=st.integers(1, 10**7))
    def alike(texts: list[str], number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT said FROM unnest(%s::text[]) AS said WHERE search_tokens(3, %s, said)::text <> pg_temp.first_tokens(3, %s, said)::text",
                [texts, number, number],
            )
            assert cursor.fetchall() == []

    alike()


@pytest.mark.clause("A17")
def test_a_text_gives_each_pair_and_the_end_of_each_word(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(search_tokens(7, 16384, '漏水\u3000b')), search_tokens(7, 1, ' ')::text, search_tokens(7, 1, '')::text")
        assert cursor.fetchone() == (["7.2.b", "7.2.水", "7.2.漏水"], "", "")
