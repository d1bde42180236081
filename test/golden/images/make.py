"""Small images as Pillow writes them, and the pixels that Pillow reads from them.

    pip install pillow==13.0.0 numpy && python3 test/golden/images/make.py

Writes the image files beside this script, and `pixels.safetensors` with what `Image.open(...).convert(...)` gives, and
with the resized and cropped ones by the rules of torchvision's Resize and CenterCrop (short side to n, long side rounded
down; crop at the half that Python's round gives). Everything is computed, nothing is
drawn at random. These were made with libjpeg-turbo 3.2.0 inside Pillow.
"""
import json
import struct
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
WIDTH, HEIGHT = 37, 29


def picture(width=WIDTH, height=HEIGHT):
    """Slopes, an edge and some texture, in colour."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    red = 255 * x / (width - 1)
    green = 127 + 120 * np.sin(x / 3.0) * np.cos(y / 4.0)
    blue = np.where(x + y > (width + height) / 2, 220, 30) + (x * 7 + y * 13) % 23
    return np.clip(np.stack([red, green, blue], -1), 0, 255).astype(np.uint8)


def save(tensors, path):
    header, data = {}, b""
    for name, array in tensors.items():
        array = np.ascontiguousarray(array)
        header[name] = {"dtype": "U8", "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def resize_short(image, size):
    width, height = image.size
    short, long = min(width, height), max(width, height)
    other = int(size * long / short)
    return image.resize((size, other) if width <= height else (other, size), Image.BILINEAR)


def centre_crop(image, size):
    left, top = int(round((image.width - size) / 2.0)), int(round((image.height - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


def main():
    colour = Image.fromarray(picture())
    grey = colour.convert("L")
    opaque = colour.convert("RGBA")
    see_through = opaque.copy()
    see_through.putpixel((3, 4), (1, 2, 3, 254))
    deep = Image.fromarray((np.asarray(grey).astype(np.uint16) * 257 + 100).clip(0, 65535).astype(np.uint16))

    files = {
        "444.jpg": (colour, dict(quality=90, subsampling=0)),
        "422.jpg": (colour, dict(quality=90, subsampling=1)),
        "420.jpg": (colour, dict(quality=90, subsampling=2)),
        "tiny.jpg": (colour.resize((3, 2)), dict(quality=90, subsampling=2)),
        "progressive.jpg": (colour, dict(quality=80, subsampling=2, progressive=True)),
        "restart.jpg": (colour, dict(quality=80, subsampling=2, restart_marker_blocks=2, optimize=True)),
        "rgb.jpg": (colour, dict(quality=90, keep_rgb=True)),
        "comment.jpg": (colour, dict(quality=75, comment=b"a comment")),
        "grey.jpg": (grey, dict(quality=90)),
        "grey-progressive.jpg": (grey, dict(quality=90, progressive=True)),
        "cmyk.jpg": (colour.convert("CMYK"), dict(quality=90)),
        "colour.png": (colour, {}),
        "grey.png": (grey, {}),
        "bilevel.png": (colour.convert("1"), {}),
        "palette16.png": (colour.quantize(13), dict(bits=4)),
        "palette4.png": (colour.quantize(4), dict(bits=2)),
        "palette.png": (colour.quantize(200), {}),
        "deep.png": (deep, {}),
        "opaque.png": (opaque, {}),
        "opaque-grey.png": (grey.convert("LA"), {}),
        "transparent.png": (see_through, {}),
        "transparent-palette.png": (colour.quantize(13), dict(transparency=2)),
        "key-unused.png": (Image.fromarray(np.full((4, 4, 3), 9, np.uint8)), dict(transparency=(1, 2, 3))),
        "key-used.png": (Image.fromarray(np.full((4, 4, 3), 9, np.uint8)), dict(transparency=(9, 9, 9))),
    }
    tensors = {}
    for name, (image, options) in files.items():
        image.save(HERE / name, **options)
        if name == "cmyk.jpg" or name.startswith("transparent") or name == "key-used.png":
            continue
        read = Image.open(HERE / name)
        if name == "deep.png":
            tensors[name] = (np.asarray(read).astype(np.uint16) >> 8).astype(np.uint8)
        else:
            tensors[name] = np.asarray(read.convert("L" if read.mode in ("L", "1", "LA") else "RGB"))

    tensors["to-grey"] = np.asarray(colour.convert("L"))
    for size in (7, 16, 29, 64):
        tensors[f"short-{size}"] = np.asarray(resize_short(colour, size))
        tensors[f"short-{size}-grey"] = np.asarray(resize_short(grey, size))
        tensors[f"tall-{size}"] = np.asarray(resize_short(colour.transpose(Image.TRANSPOSE), size))
    tensors["crop-16"] = np.asarray(centre_crop(colour, 16))
    tensors["crop-20"] = np.asarray(centre_crop(colour, 20))
    tensors["crop-29"] = np.asarray(centre_crop(colour, 29))
    save(tensors, HERE / "pixels.safetensors")


main()
