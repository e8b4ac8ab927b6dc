"""Pictures that people bring, as they are shown: upright, on white, in their own greys."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from contentlib.rendering.pictures import draw_image


def test_odd_pictures_are_shown_as_they_are_seen(tmp_path: Path):
    turned = Image.Exif()
    turned[0x0112] = 6
    half = Image.new("RGB", (60, 40), "red")
    half.paste("blue", (0, 0, 30, 40))
    for picture, how, seen in (
        (Image.new("I;16", (60, 40), 32_768), {"format": "PNG"}, [(128, 128, 128), (128, 128, 128)]),
        (half.convert("CMYK"), {"format": "JPEG"}, [(0, 0, 255), (255, 0, 0)]),
        (half, {"format": "JPEG", "exif": turned}, [(0, 0, 255), (255, 0, 0)]),
        (
            half,
            {"format": "PNG", "save_all": True, "append_images": [Image.new("RGB", (60, 40))]},
            [(0, 0, 255), (255, 0, 0)],
        ),
    ):
        picture.save(tmp_path / "a", **how)
        drawn = draw_image(tmp_path / "a", 100, 50)
        with Image.open(io.BytesIO(drawn.webp)) as opened:
            shown = opened.convert("RGB")
        assert shown.size == ((40, 60) if "exif" in how else (60, 40))
        for at, wanted in zip(((5, 5), (shown.width - 5, shown.height - 5)), seen, strict=True):
            assert max(abs(a - b) for a, b in zip(shown.getpixel(at), wanted, strict=True)) < 60
