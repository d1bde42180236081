"""Writes resize.json beside this file: planes resized by PyTorch, the judge of src/data/reference.ts.

Run: python3 test/golden/augment/resize.py   (torch 2.13.0, CPU)
Each case: a plane of bytes, a box [top, left, height, width] of it, and the box resized, float64, row-major, to 9 digits.
"""

import json
import pathlib

import torch

SIZES = [  # plane, box, resized
    ((5, 7), (0, 0, 5, 7), (5, 7)),
    ((5, 7), (0, 0, 5, 7), (8, 8)),
    ((5, 7), (1, 2, 3, 4), (7, 7)),
    ((9, 6), (0, 0, 9, 6), (4, 4)),
    ((16, 12), (2, 1, 13, 11), (5, 5)),
    ((16, 12), (3, 0, 1, 12), (6, 5)),
    ((12, 16), (0, 3, 12, 7), (9, 9)),
]

generator = torch.Generator().manual_seed(7)
cases = []
for plane, (top, left, height, width), resized in SIZES:
    pixels = torch.randint(0, 256, plane, generator=generator)
    box = pixels[top : top + height, left : left + width].double()[None, None]
    out = torch.nn.functional.interpolate(box, resized, mode="bilinear", align_corners=False, antialias=True)
    cases.append(
        {
            "plane": pixels.flatten().tolist(),
            "width": plane[1],
            "box": [top, left, height, width],
            "size": list(resized),
            "resized": [round(v, 9) for v in out.flatten().tolist()],
        }
    )
lines = ",\n".join(json.dumps(case) for case in cases)
pathlib.Path(__file__).with_name("resize.json").write_text(f"[\n{lines}\n]\n")
