"""What is made of a photo before it is kept: its type told by its content, its pixels encoded anew, nothing else of it (A20, I8)."""

import io
from dataclasses import dataclass
from threading import Lock
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from desks.refusal import Refused

FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85
# A photo that somebody saved as PNG is kept as JPEG; a screenshot or a plan stays sharp.
LARGEST_PNG = 1_500_000
SMALL = 320
# One picture is unpacked at a time in each process: memory stays within one picture's.
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    media_type: str


def picture_of(file: IO[bytes]) -> Picture:
    """The pixels of a photo as JPEG or PNG, upright, no larger than the setting, without any of its metadata.

    Colour profile, place, camera, comments and whatever stood behind the picture are gone; of moving pictures the first
    one stays. Raises Refused, beside the field of the photos, for what is no photo, too large or broken.
    """
    _refuse_other_types(file)
    with _one_at_a_time:
        try:
            return _encoded(_upright(file, settings.FILE_LONGEST_SIDE))
        except Refused:
            raise
        except (OSError, ValueError, SyntaxError, IndexError, TypeError, OverflowError, MemoryError, EOFError) as error:
            raise _refused(_("This photo is broken."), _("Take it again, or choose another one.")) from error


def small_of(content: bytes) -> bytes:
    """A kept picture at the size of a tile, as JPEG."""
    with _one_at_a_time:
        return _jpeg(_upright(io.BytesIO(content), SMALL), 75)


def _refuse_other_types(file: IO[bytes]) -> None:
    """By the first bytes, never by name or header."""
    begin = file.read(16)
    file.seek(0)
    if begin.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (begin[:4] == b"RIFF" and begin[8:12] == b"WEBP"):
        return
    if begin[4:8] == b"ftyp":
        raise _refused(_("This is a photo in the HEIC format, or a film."), _("Set the phone's camera to JPEG (“most compatible”), or send a screenshot."))
    if begin.startswith(b"%PDF"):
        raise _refused(_("A PDF cannot be attached."), _("Take a photo of the page."))
    raise _refused(_("This is not a photo: its content is no JPEG, PNG or WebP."), _("Choose a photo."))


def _upright(file: IO[bytes], longest: int) -> Image.Image:
    try:
        opened = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise _refused(_("This photo is broken."), _("Take it again, or choose another one.")) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    with opened:
        width, height = opened.size
        if width * height > settings.FILE_MOST_PIXELS:
            raise _too_many_pixels()
        # A JPEG is unpacked no larger than it is needed.
        opened.draft(None, (longest, longest))
        opened.load()
        picture = ImageOps.exif_transpose(opened)
    if picture.mode not in {"L", "RGB", "RGBA"}:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    elif picture.has_transparency_data and picture.mode != "RGBA":
        picture = picture.convert("RGBA")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    picture.format = opened.format
    # Writers take profile, comment and resolution from here.
    picture.info.clear()
    return picture


def _too_many_pixels() -> Refused:
    return _refused(
        _("This photo has more than %(most)d million pixels.") % {"most": settings.FILE_MOST_PIXELS // 1_000_000},
        _("Take it with the usual size of the camera."),
    )


def _encoded(picture: Image.Image) -> Picture:
    if picture.format == "PNG" or picture.mode == "RGBA":
        written = io.BytesIO()
        picture.save(written, "PNG")
        if written.tell() <= LARGEST_PNG:
            return Picture(written.getvalue(), "image/png")
    return Picture(_jpeg(picture, QUALITY), "image/jpeg")


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def _refused(reason: object, remedy: object) -> Refused:
    return Refused("A17", str(reason), str(remedy), field="photos")
