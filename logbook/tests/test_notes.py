"""Notes and checkpoints are C2SP's: read by a second reader, and the spec's own example is read by ours (A18, I2)."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from logbook.proof.notes import (
    BadNote,
    Head,
    head_signed_by,
    opened_note,
    parsed_head,
    parsed_verifier_key,
    signed_checkpoint,
    verifier_key,
)
from logbook.tests.note_verifier import read

CALM = settings(derandomize=True, deadline=None, max_examples=60)
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
HEAD = Head("dd-0123456789ab/front/1", 7, bytes(range(32)))
NOTE = signed_checkpoint(HEAD, KEY)


@pytest.mark.clause("I2")
def test_the_example_of_the_specification_is_read() -> None:
    text, signatures = opened_note(EXAMPLE)
    head = parsed_head(text)
    assert (head.origin, head.size, head.root.hex()[:8]) == ("example.com/behind-the-sofa", 20852163, "0ac5186a")
    assert [(each.name, each.key_id.hex(), len(each.signature)) for each in signatures] == [(head.origin, "033de0ae", 64)]


@pytest.mark.clause("I2")
@given(size=st.integers(1, 10**12), root=st.binary(min_size=32, max_size=32), seed=st.binary(min_size=32, max_size=32))
@CALM
def test_what_we_sign_a_second_reader_reads(size: int, root: bytes, seed: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    note, vkey = signed_checkpoint(Head(HEAD.origin, size, root), key), verifier_key(HEAD.origin, public)
    assert read(note, vkey) == (HEAD.origin, size, root)
    assert head_signed_by(note, public) == Head(HEAD.origin, size, root)
    assert parsed_verifier_key(vkey) == (HEAD.origin, public)


@pytest.mark.clause("I2")
@pytest.mark.parametrize("place", range(0, len(NOTE) - 1, 3))
def test_no_character_of_a_note_can_be_another(place: int) -> None:
    other = "B" if NOTE[place] != "B" else "C"
    with pytest.raises(BadNote):
        head_signed_by(NOTE[:place] + other + NOTE[place + 1 :], PUBLIC)


@pytest.mark.clause("I2")
def test_witnesses_may_sign_too_and_are_passed_over() -> None:
    witness = "— witness.example/w1 " + "A" * 100 + "\n"
    assert head_signed_by(NOTE + witness, PUBLIC) == HEAD


@pytest.mark.parametrize(
    "note",
    ["", "x", "a\n\n", NOTE[:-1], NOTE.replace("— ", "- "), NOTE.replace("\n7\n", "\n07\n"), NOTE.replace("\n7\n", "\n\n"), NOTE + "\x01",
     NOTE.replace("\n7\n", "\n٧\n"), "x" * 200_000, NOTE.replace("— dd", "— +dd")],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        head_signed_by(note, PUBLIC)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", verifier_key("x", PUBLIC)[1:], verifier_key("x", PUBLIC).replace("x", "y")])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parsed_verifier_key(text)
