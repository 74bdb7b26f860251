"""Pictures of strangers: made anew, without a byte of what came."""

from __future__ import annotations

import zlib
from contextlib import suppress
from io import BytesIO
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from inbox.domain.errors import Invalid
from inbox.domain.pictures import LARGEST_FILE, LARGEST_MADE, LONGEST_SIDE, MOST_POINTS, Made, made_anew

SECRET = b"55.67N 12.56E Peberkornsvej"


def drawn(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **how: object) -> bytes:
    """A picture whose left half is red, so that turning it shows."""
    image = Image.new(mode, size, (0, 0, 255, 90)[: len(Image.new(mode, (1, 1)).getbands())])
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill="red")
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def shown(made: Made) -> Image.Image:
    return Image.open(BytesIO(made.data))


@pytest.mark.parametrize(
    ("given_bytes", "media_type"),
    [
        (drawn("JPEG"), "image/jpeg"),
        (drawn("PNG"), "image/png"),
        (drawn("WEBP"), "image/jpeg"),
        (drawn("GIF"), "image/png"),
        (drawn("PNG", mode="RGBA"), "image/png"),
        (drawn("WEBP", mode="RGBA", lossless=True), "image/png"),
        (drawn("JPEG", mode="CMYK"), "image/jpeg"),
        (drawn("PNG", mode="L"), "image/png"),
        (drawn("PNG", mode="1"), "image/png"),
    ],
    ids=["jpeg", "png", "webp", "gif", "see-through png", "see-through webp", "cmyk", "grey", "black and white"],
)
def test_each_kind_becomes_one_of_two(given_bytes: bytes, media_type: str) -> None:
    made = made_anew(given_bytes)
    assert (made.media_type, made.width, made.height, made.moving) == (media_type, 60, 40, False)
    assert shown(made).size == (60, 40)


def test_nothing_of_the_camera_or_the_author_is_left() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for one in (
        drawn("JPEG", exif=exif, comment=SECRET, xmp=SECRET, icc_profile=profile),
        drawn("PNG", exif=exif, pnginfo=notes, icc_profile=profile),
        drawn("WEBP", exif=exif, xmp=SECRET, icc_profile=profile),
        drawn("GIF", comment=SECRET),
        # What stands behind the end of the picture: a page, a program, a second file.
        drawn("JPEG") + SECRET,
        drawn("PNG") + SECRET,
    ):
        assert SECRET in one or b"exif" in one.lower()
        made = made_anew(one)
        assert SECRET not in made.data
        left = shown(made)
        left.load()
        assert not left.getexif()
        assert set(left.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_a_picture_taken_sideways_stands_upright_without_the_note_that_said_so() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = made_anew(drawn("JPEG", exif=exif, quality=95, icc_profile=profile))
    assert (made.width, made.height) == (40, 60)
    top, bottom = (shown(made).convert("RGB").crop((0, y, 40, y + 5)).resize((1, 1)).tobytes() for y in (5, 50))
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


def test_a_large_one_becomes_small_enough_for_every_platform() -> None:
    noise = Image.effect_noise((1200, 1000), 90).resize((2880, 2400), Image.Resampling.NEAREST).convert("RGB")
    for kind in ("PNG", "JPEG"):
        out = BytesIO()
        noise.save(out, kind)
        made = made_anew(out.getvalue())
        assert len(made.data) <= LARGEST_MADE
        assert max(made.width, made.height) <= LONGEST_SIDE
        assert made.media_type == "image/jpeg"
        assert made.width / made.height == pytest.approx(1.2, abs=0.01)


def test_of_a_moving_one_the_first_frame_stays_and_it_says_so() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    made = made_anew(out.getvalue())
    assert made.moving
    assert shown(made).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def declared(width: int, height: int) -> bytes:
    """The beginning of a PNG that says it is so large, and a little of it: a bomb of 200 bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))

    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "given_bytes",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
        drawn("BMP"),
        drawn("TIFF"),
        drawn("ICO"),
        drawn("JPEG")[:300],
        drawn("PNG")[:-30],
        declared(100, 100),
    ],
    ids=[
        "empty",
        "a name only",
        "svg",
        "html",
        "pdf",
        "gif and script",
        "bmp",
        "tiff",
        "ico",
        "cut",
        "cut png",
        "lies",
    ],
)
def test_what_is_no_picture_or_only_half_of_one_is_refused_with_a_sentence(given_bytes: bytes) -> None:
    with pytest.raises(Invalid, match="no picture that can be read") as refused:
        made_anew(given_bytes)
    assert refused.value.field == "picture"


def test_what_is_too_large_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Invalid, match="20000 × 20000 points"):
        made_anew(declared(20_000, 20_000))
    with pytest.raises(Invalid, match="points"):
        made_anew(declared(MOST_POINTS // 1000 + 1, 1000))
    with pytest.raises(Invalid, match="larger than 10 MB"):
        made_anew(b"\x89PNG" + b"\0" * LARGEST_FILE)


def test_the_same_file_gives_the_same_bytes() -> None:
    one = drawn("WEBP")
    assert made_anew(one).digest == made_anew(one).digest != made_anew(drawn("JPEG")).digest


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_changed_in_a_file_it_is_a_picture_or_a_sentence(data: st.DataObject) -> None:
    one = bytearray(data.draw(st.sampled_from([drawn("JPEG"), drawn("PNG"), drawn("WEBP"), drawn("GIF")])))
    for _ in range(data.draw(st.integers(1, 6))):
        one[data.draw(st.integers(0, len(one) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Invalid):
        assert len(made_anew(bytes(one)).data) <= LARGEST_MADE
