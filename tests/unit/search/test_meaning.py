"""What search goes by meaning with: pieces of words, the network's sums, and two orders made one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from contentlib.search import meaning, sentences
from contentlib.search.wordpieces import WordPieces, split
from tests.factories.themes import ThemeModel

PIECES = WordPieces({one: n for n, one in enumerate(["[UNK]", "[CLS]", "[SEP]", "un", "##plan", "##ned", "stop", "!"])})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café-déjà", ["cafe", "-", "deja"]),
        ("ISO 55000, §4", ["iso", "55000", ",", "§", "4"]),
        ("日本 €5", ["日", "本", "€5"]),
        ("a\u200b\tb\x00", ["a", "b"]),
        ("", []),
    ],
)
def test_a_text_is_split_as_bert_does(text: str, words: list[str]):
    assert split(text) == words


def test_words_are_cut_into_the_longest_pieces():
    assert PIECES.cut("Unplanned stop!", 128) == [1, 3, 4, 5, 6, 7, 2]
    assert PIECES.cut("stopx unplan" + "s" * 200, 128) == [1, 0, 0, 2]
    assert PIECES.cut("stop " * 500, 5) == [1, 6, 6, 6, 2]


def test_gelu_is_as_exact_as_32_bits():
    values = np.linspace(-6, 6, 201, dtype=np.float32)
    exact = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in values.tolist()]
    assert sentences.gelu(values).dtype == np.float32
    assert np.abs(sentences.gelu(values) - exact).max() < 2e-6


def test_two_orders_are_joined_by_reciprocal_rank():
    """Words found places 2, 0 (scores 9, 3); meaning found 1, then 0. The best by words keeps its score."""
    fused = meaning.fuse(np.array([3.0, 0.0, 9.0]), np.array([2, 0]), np.array([1, 0]))
    scale, damping, weight = 9.0 * (meaning.DAMPING + 1), meaning.DAMPING, meaning.WEIGHT
    assert fused.by_words == pytest.approx([scale / (damping + 2), 0, 9.0])
    assert fused.by_meaning == pytest.approx([weight * scale / (damping + 2), weight * scale / (damping + 1), 0])


def test_vectors_in_a_quarter_of_their_room_are_as_near_as_before():
    vectors = np.random.default_rng(1).standard_normal((3_000, 8), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pages = [meaning.pack(one, "", range(1_500), vectors[at : at + 1_500]) for one, at in ((7, 0), (9, 1_500))]
    held = meaning.Meanings(ThemeModel(), {one.version_id: one for one in pages})
    assert np.abs(held.alike(vectors[3]) - vectors @ vectors[3]).max() < 0.01
    assert all(held.held[one.version_id].steps.tolist() == one.steps.tolist() for one in pages)


@pytest.mark.skipif(sentences.find() is None, reason="the extra contentlib[semantic] is not installed")
def test_the_model_gives_the_figures_that_its_makers_published():
    model = sentences.find()
    assert model is not None
    said = ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    vectors = model.encode(said)
    assert np.round(vectors @ vectors[0], 3) == pytest.approx([1.0, 0.695, 0.943, 0.257], abs=0.001)
    assert model.encode(["", "日本", "x" * 5000]).shape == (3, sentences.DIMENSIONS)
