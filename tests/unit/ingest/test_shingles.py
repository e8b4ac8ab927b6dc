"""Texts compared by word sequences: what counts as the same, how well samples tell, and which passage is shown."""

from __future__ import annotations

import random

import numpy as np
import pytest

from contentlib.ingest import shingles

WORDS = [f"word{number}" for number in range(3000)]


def text(seed: int, length: int = 900) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def hashes(words: list[str]) -> shingles.Hashes:
    return shingles.of_pages([shingles.shingle(" ".join(words))])


def test_case_line_breaks_and_signs_do_not_tell_texts_apart():
    one = shingles.shingle("Late deliveries fell from 7.4 % to 2.9 %, within two quarters.")
    other = shingles.shingle("LATE deliveries\nfell – from 7.4% to 2.9% within “two” quarters")
    assert np.array_equal(one.hashes, other.hashes)


@pytest.mark.parametrize("short", ["", "four words are few", "!!!"])
def test_less_than_five_words_have_no_sequence(short: str):
    assert not len(shingles.shingle(short).hashes)


def test_one_changed_word_breaks_five_sequences():
    before, after = text(1, 100), text(1, 100)
    after[50] = "changed"
    assert shingles.share_in(hashes(before), hashes(after)) == pytest.approx(91 / 96)


def test_scripts_without_spaces_are_compared_sign_by_sign():
    before, after = "ポンプは手で読み取られます。これは良くない。", "ポンプは手で読み取られます。これは実に良い。"
    share = shingles.share_in(
        shingles.of_pages([shingles.shingle(before)]), shingles.of_pages([shingles.shingle(after)])
    )
    assert 0.5 < share < 1


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_samples_tell_shares_to_within_ten_points(kept: float):
    """On the mean of twenty pairs of texts, of which the second is three times as long."""
    told, true = [], []
    for seed in range(20):
        mine = text(seed)
        theirs = mine[: int(kept * 900)] + text(seed + 1000, 2700 - int(kept * 900))
        one, other = hashes(mine), hashes(theirs)
        shared = shingles.estimate_shared(
            shingles.sketch(one),
            len(one),
            shingles.sketch(other),
            np.zeros(shingles.SKETCH, int),
            np.array([len(other)]),
        )
        told.append(float(shared[0]) / len(one))
        true.append(shingles.share_in(one, other))
    assert np.mean(true) == pytest.approx(kept, abs=0.02)
    assert np.mean(told) == pytest.approx(np.mean(true), abs=0.1)


def test_longest_common_passage_is_shown_as_it_is_written():
    mine = "Nobody else says this. Late deliveries fell from 7.4 % to 2.9 % within two\nquarters, and more. So it goes."
    theirs = shingles.of_pages(
        [shingles.shingle("late deliveries fell from 7.4 % to 2.9 % within two quarters while we slept")]
    )
    assert shingles.longest_passage(mine, shingles.shingle(mine), theirs) == (
        "Late deliveries fell from 7.4 % to 2.9 % within two quarters"
    )
    assert not shingles.longest_passage(mine, shingles.shingle(mine), hashes(text(1)))
