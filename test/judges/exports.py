"""Reads what startsparse has written with the programs it is written for, and fails where they disagree.

    pip install numpy onnx onnxruntime safetensors tensorboard
    startsparse eval RUN --logits logits.safetensors
    startsparse export RUN --onnx net.onnx --tensorboard logs
    python3 test/judges/exports.py RUN logits.safetensors net.onnx logs DATASET

DATASET is the folder of a data set of the cache's layout or an embedded one whose test images are IDX files.
"""
import gzip
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def idx(folder, part):
    """Images of an IDX file, gzipped or not, as bytes [n, rows, columns]."""
    path = next(p for p in sorted(pathlib.Path(folder).iterdir()) if part in p.name and "images" in p.name)
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    sizes = np.frombuffer(raw, ">u4", 3, 4)
    return np.frombuffer(raw, np.uint8, offset=16).reshape(sizes)


def main(run, logits_path, onnx_path, logs, dataset):
    run = pathlib.Path(run)
    result = json.loads((run / "result.json").read_text())

    # ONNX: checked by onnx, run by onnxruntime, the same logits
    onnx.checker.check_model(onnx.load(onnx_path), full_check=True)
    ours = load_file(logits_path)
    train, test = idx(dataset, "train"), idx(dataset, "t10k")
    images = np.concatenate([train, test])[ours["samples"]][:, None].astype(np.float32) / np.float32(255)
    session = onnxruntime.InferenceSession(onnx_path, providers=["CPUExecutionProvider"])
    (theirs,) = session.run(["logits"], {"images": images})
    worst = float(np.abs(theirs - ours["logits"]).max())
    print(f"onnx: {len(images)} images, logits differ by at most {worst:.2e}")
    assert worst <= 1e-4 * max(1.0, float(np.abs(theirs).max())), worst

    # safetensors: masks and weights fit each other
    weights = load_file(run / "weights.safetensors")
    masks = load_file(run / "masks.safetensors")
    for name, bits in masks.items():
        weight = name.removesuffix(".mask")
        values = weights[weight]
        kept = np.unpackbits(bits, bitorder="little", count=values.size).reshape(values.shape)
        assert not values[kept == 0].any(), f"{weight} has values where its mask has none"
    print(f"safetensors: {len(weights)} tensors, {len(masks)} masks")

    # TensorBoard: scalars and histograms
    events = EventAccumulator(str(pathlib.Path(logs) / result["name"]), size_guidance={"histograms": 0, "scalars": 0})
    events.Reload()
    tags = events.Tags()
    accuracy = events.Scalars("test/accuracy")[-1].value
    assert abs(accuracy - result["last"]["testAccuracy"]) < 1e-6, accuracy
    assert any(tag.startswith("weights/") for tag in tags["histograms"]), tags
    for tag in tags["histograms"]:
        histogram = events.Histograms(tag)[-1].histogram_value
        assert sum(histogram.bucket) == histogram.num, tag
    print(f"tensorboard: {len(tags['scalars'])} scalars, {len(tags['histograms'])} histograms")


if __name__ == "__main__":
    main(*sys.argv[1:])
