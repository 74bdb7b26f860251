"""Pictures made anew: what comes from outside is read, and what is kept is drawn again by us.

Why it exists: a picture from a telephone tells where it was taken, and a file that calls itself a picture may be a page
or a program as well. Only the points of it are kept. What it must not do: keep a byte of the given file, its name or
its notes, or unpack what would fill the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from inbox.domain.errors import Invalid

LARGEST_FILE: Final = 10_000_000
"""Bytes of what may be given to us."""
MOST_POINTS: Final = 50_000_000
"""Width times height: what the largest telephones take. More is refused before it is unpacked."""
LONGEST_SIDE: Final = 2048
"""Points. Larger ones are made smaller: no platform shows more."""
LARGEST_MADE: Final = 950_000
"""Bytes of what we make. Under what every platform takes."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")

_QUALITIES = (88, 80, 70)
_SMALLER = 0.75
_ONE_AT_A_TIME = Lock()
"""One large picture unpacked is 200 MB; so many at once as there are threads would be the end of the machine."""

# Pillow's own bound only warns, above a size of its choosing; ours is asked before anything is unpacked.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Made:
    """A picture as we keep, show and post it. `moving`: the given one had more frames than this, its first."""

    data: bytes
    media_type: str
    width: int
    height: int
    moving: bool

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex: what the ledger commits to."""
        return sha256(self.data).hexdigest()


def made_anew(given: bytes) -> Made:
    """The picture without anything but its points, upright, in sRGB, as JPEG or PNG.

    Raises Invalid, about the field `picture`, for what is no picture that we read, is cut off, or is too large.
    """
    if len(given) > LARGEST_FILE:
        raise Invalid(
            "The picture is larger than %(limit)s MB. Choose a smaller one.",
            field="picture",
            limit=LARGEST_FILE // 1_000_000,
        )
    with _ONE_AT_A_TIME:
        try:
            with Image.open(BytesIO(given), formats=FORMATS) as opened:
                return _made(opened)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            # What strangers' bytes can raise in a reader of pictures; Pillow's own list is as long.
            raise Invalid(
                "This file is no picture that can be read. Choose a JPEG, PNG, WebP or GIF.", field="picture"
            ) from error


def _made(opened: Image.Image) -> Made:
    width, height = opened.size
    if width * height > MOST_POINTS:
        raise Invalid(
            "The picture has %(width)s × %(height)s points, which is too many. Make it smaller.",
            field="picture",
            width=width,
            height=height,
        )
    moving = getattr(opened, "n_frames", 1) > 1
    drawn = opened.format == "PNG" or opened.format == "GIF"
    # A JPEG is unpacked at the size that is needed; another format stands still here.
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    points = _in_srgb(ImageOps.exif_transpose(opened))
    points.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # Pillow writes some of these notes on, unasked.
    points.info.clear()
    if drawn or points.mode == "RGBA":
        data = _written(points, "PNG", optimize=True)
        if len(data) <= LARGEST_MADE:
            return Made(data, "image/png", *points.size, moving)
    return _as_jpeg(_on_white(points), moving)


def _in_srgb(points: Image.Image) -> Image.Image:
    """In the colours that every screen knows. A profile that can't be used is left out with the other notes."""
    see_through = points.has_transparency_data
    profile = points.info.get("icc_profile")
    if profile and points.mode in ("RGB", "CMYK", "L") and not see_through:
        try:
            converted = ImageCms.profileToProfile(
                points, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            return points.convert("RGB")
        if converted is not None:
            return converted
    return points.convert("RGBA" if see_through else "RGB")


def _as_jpeg(points: Image.Image, moving: bool) -> Made:
    while True:
        for quality in _QUALITIES:
            data = _written(points, "JPEG", quality=quality, optimize=True, progressive=True)
            if len(data) <= LARGEST_MADE:
                return Made(data, "image/jpeg", *points.size, moving)
        points = points.resize((round(points.width * _SMALLER), round(points.height * _SMALLER)))


def _on_white(points: Image.Image) -> Image.Image:
    if points.mode != "RGBA":
        return points
    white = Image.new("RGB", points.size, "white")
    white.paste(points, mask=points.getchannel("A"))
    return white


def _written(points: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    points.save(out, kind, **how)
    return out.getvalue()
