"""What is made of a photo: its type by content, new pixels, nothing of what the phone wrote beside them (A17, A20, I8)."""

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.files import store
from logbook.files.pictures import picture_of
from logbook.files.tokens import attachments_by
from logbook.models import Upload
from logbook.tests.pictures import opened, photo, photo_from_a_phone

HTMX = {"HTTP_HX_REQUEST": "true"}


def made_of(content: bytes):
    return picture_of(io.BytesIO(content))


@pytest.mark.clause("A20")
def test_place_camera_comment_and_profile_are_gone(files) -> None:
    sent = photo_from_a_phone()
    assert b"Exif" in sent and b"DutyPhone" in sent and opened(sent).getexif().get_ifd(0x8825), "the photo does say where it was taken"
    kept = made_of(sent)
    assert kept.media_type == "image/jpeg"
    for said in (b"Exif", b"DutyPhone", b"5-1203", b"ICC_PROFILE", b"He Jiayi"):
        assert said not in kept.content
    picture = opened(kept.content)
    assert not picture.getexif() and not picture.getexif().get_ifd(0x8825) and "icc_profile" not in picture.info and "comment" not in picture.info


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.clause("A20")
def test_other_formats_lose_it_too(files, kind: str) -> None:
    exif = opened(photo_from_a_phone()).getexif()
    sent = photo(kind=kind, exif=exif)
    assert b"DutyPhone" in sent
    assert b"DutyPhone" not in made_of(sent).content


def test_it_stands_upright_and_no_larger_than_the_setting(files, settings) -> None:
    assert opened(made_of(photo_from_a_phone(size=(80, 40), turned=True)).content).size == (40, 80)
    settings.FILE_LONGEST_SIDE = 50
    assert opened(made_of(photo(size=(200, 100))).content).size == (50, 25)
    assert opened(made_of(photo(size=(100, 200), kind="PNG")).content).size == (25, 50)


def test_what_comes_out_is_jpeg_or_png(files, settings, monkeypatch) -> None:
    assert made_of(photo(kind="PNG")).media_type == "image/png"
    assert made_of(photo(kind="WEBP")).media_type == "image/jpeg"
    assert made_of(photo(mode="CMYK", colour=(0, 1, 2, 3))).media_type == "image/jpeg"
    assert made_of(photo(kind="PNG", mode="P", colour=3)).media_type == "image/png"
    assert made_of(photo(kind="PNG", mode="I;16", colour=3)).media_type == "image/png"
    clear = made_of(photo(kind="PNG", mode="RGBA", colour=(0, 0, 0, 0)))
    assert opened(clear.content).mode == "RGBA"
    monkeypatch.setattr("logbook.files.pictures.LARGEST_PNG", 10)
    flat = made_of(photo(kind="PNG", mode="RGBA", colour=(0, 0, 0, 0)))
    assert flat.media_type == "image/jpeg" and opened(flat.content).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<script>alert(1)</script>", "no JPEG, PNG or WebP"),
        (b"#!/bin/sh\nrm -rf ~\n", "no JPEG, PNG or WebP"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no JPEG, PNG or WebP"),
        (b"GIF89a" + bytes(40), "no JPEG, PNG or WebP"),
        (b"%PDF-1.7\n" + bytes(40), "PDF"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "broken"),
        (photo()[:200], "broken"),
        (photo(kind="PNG")[:60], "broken"),
        (b"RIFF\x10\x00\x00\x00WEBPnonsense", "broken"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(files, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        made_of(content)
    assert refusal.value.field == "photos" and refusal.value.remedy


@pytest.mark.clause("I8")
def test_what_was_hidden_behind_a_picture_is_gone(files) -> None:
    behind = io.BytesIO()
    with zipfile.ZipFile(behind, "w") as archive:
        archive.writestr("evil.js", "alert(1)")
    for sent in (photo() + b"<script>alert(1)</script>" + behind.getvalue(), photo(kind="PNG") + b"<?php evil(); ?>" + behind.getvalue()):
        kept = made_of(sent)
        assert b"alert" not in kept.content and b"php" not in kept.content and not zipfile.is_zipfile(io.BytesIO(kept.content))


def test_a_bomb_is_refused_before_it_is_unpacked(files, settings) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(7_500))) + chunk(b"IEND", b"")
    with pytest.raises(Refused, match="pixels"):
        made_of(bomb)
    settings.FILE_MOST_PIXELS = 1000
    with pytest.raises(Refused, match="pixels"):
        made_of(photo(size=(64, 48)))
    text = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(90_000_000)))
    with pytest.raises(Refused, match="broken"):
        made_of(text + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b""))


@pytest.mark.clause("A17")
def test_a_photo_is_stored_once_under_its_digest_and_never_overwritten(town: Town, morning, files) -> None:
    tokens = [actions.keep_photo(actor=who, file=io.BytesIO(photo()), size=500, now=morning) for who in (town.agent, town.colleague)]
    (mine,), (theirs,) = attachments_by(town.agent, tokens[:1]), attachments_by(town.colleague, tokens[1:])
    assert mine == theirs and [*store.names()] == [mine.digest]
    place = store.path_of(mine.digest)
    assert place == files / mine.digest[:2] / mine.digest[2:4] / mine.digest
    assert hashlib.sha256(place.read_bytes()).hexdigest() == mine.digest and place.stat().st_size == mine.size
    assert not list((files / "incoming").iterdir())
    place.chmod(0o600)
    place.write_bytes(b"another")
    with pytest.raises(Refused, match="altered"):
        actions.keep_photo(actor=town.agent, file=io.BytesIO(photo()), size=500, now=morning)
    assert place.read_bytes() == b"another"


@pytest.mark.clause("A17")
def test_size_and_number_in_a_day_have_limits(town: Town, morning, files, settings) -> None:
    settings.FILES_MOST_IN_A_DAY = 2

    def keep(size: int, now=morning) -> str:
        return actions.keep_photo(actor=town.agent, file=io.BytesIO(photo()), size=size, now=now)

    for size in (0, settings.FILE_MOST_BYTES + 1):
        with pytest.raises(Refused):
            keep(size)
    keep(settings.FILE_MOST_BYTES)
    keep(5)
    with pytest.raises(Refused, match="within a day"):
        keep(5, morning + timedelta(hours=23, minutes=59))
    keep(5, morning + timedelta(days=1))


@pytest.mark.clause("A17")
def test_the_script_gets_a_token_or_the_reason(town: Town, files, settings) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/photos/"
    answer = client.post(address, {"photos": SimpleUploadedFile("leak.png", photo(), "text/html")}, **HTMX)
    assert answer.status_code == 201 and attachments_by(town.agent, [answer.json()["token"]])[0].media_type == "image/jpeg"
    answer = client.post(address, {"photos": SimpleUploadedFile("leak.png", b"<script>", "image/png")}, **HTMX)
    assert answer.status_code == 422 and answer.json()["refused"].startswith("leak.png: This is not a photo")
    answer = client.post(address, {"photos": SimpleUploadedFile("huge.jpg", bytes(60_000_000), "image/jpeg")}, **HTMX)
    assert answer.status_code == 422 and "larger than 25 MB" in answer.json()["refused"]
    assert client.post(address, {}, **HTMX).status_code == 422
    assert Upload.objects.count() == 1
    assert signed_in(town.head).post(address).status_code == 403
    assert signed_in(town.away.agent).post(address).status_code == 404
