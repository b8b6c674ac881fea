"""Photos for tests: made here, so that each says what is in it."""

import io
from typing import Any

from PIL import Image


def photo(*, size: tuple[int, int] = (64, 48), colour: Any = (200, 30, 30), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture of one colour in that format."""
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, kind, **options)
    return written.getvalue()


def photo_from_a_phone(*, size: tuple[int, int] = (64, 48), turned: bool = False) -> bytes:
    """A JPEG as a phone makes it: place, camera and owner in its metadata, with a comment and a colour profile."""
    from PIL import ImageCms

    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x9286] = "DutyPhone", "Model 7", "of He Jiayi"
    if turned:
        exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 7.0, 30.5), 3: "E", 4: (113.0, 19.0, 12.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return photo(size=size, exif=exif, comment=b"taken at 5-1203", icc_profile=profile, dpi=(72, 72))


def opened(content: bytes) -> Image.Image:
    """The picture, unpacked."""
    made = Image.open(io.BytesIO(content))
    made.load()
    return made
