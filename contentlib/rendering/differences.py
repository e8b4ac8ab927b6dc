"""Where the pictures of two pages differ beside their words: pictures, colours, drawings; it draws nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from contentlib.domain.page_places import Differing, PicturePair, Place, join

Pixels = NDArray[np.int16]
Cells = NDArray[np.bool_]

# Wide enough to see a changed figure, small enough that forty pages take a second.
_WIDTH = 440
# Two pictures of one page differ by less than this of 255, since they are kept with losses.
_SEEN = 44
# A place is found in squares of so many pixels, of which so many differ; squares so far apart are one place.
_CELL, _FEW, _APART = 5, 3, 2
# What only moved up or down by less than this is no difference of its own.
_MOVED = 90
_SAME = 14.0
# How far around a place its surroundings are looked at, and how much of both has one colour where nothing stands.
_EDGE, _BARE = 6, 0.985
# A sample of a place's pixels tells as much as all of them.
_SAMPLE = 4_000
# Less of it to be seen than this, beside words that are judged by themselves, tells nothing.
_LEAST_SEEN = 0.2
_MOST_PLACES = 40
_SCALE = 10_000


def find_differences(pairs: Sequence[PicturePair]) -> tuple[Differing, ...]:
    """Give for each pair where its pages differ; nothing for a picture that cannot be read."""
    return tuple(_find(pair) for pair in pairs)


def _find(pair: PicturePair) -> Differing:
    try:
        old, new = _open(pair.before), _open(pair.after)
    except (UnidentifiedImageError, OSError, ValueError):
        return (), ()
    heights = old.shape[0], new.shape[0]
    old_words, new_words = _mask(pair.words_before, old), _mask(pair.words_after, new)
    high = max(heights)
    old, new = _lengthen(old, high), _lengthen(new, high)
    words = _spread(_lengthen_mask(old_words, high) | _lengthen_mask(new_words, high))
    differs = (np.abs(old - new).max(axis=-1) > _SEEN) & ~words
    gone, come = [], []
    for top, left, bottom, right in _boxes(differs):
        box = slice(top, bottom), slice(left, right)
        if not _is_bare(old, words, box) and not _stands_in(old[box], ~words[box], new, words, top, left):
            gone.append(_place(top, left, bottom, right, heights[0]))
        if not _is_bare(new, words, box) and not _stands_in(new[box], ~words[box], old, words, top, left):
            come.append(_place(top, left, bottom, right, heights[1]))
    return join(gone[:_MOST_PLACES]), join(come[:_MOST_PLACES])


def _open(path: str) -> Pixels:
    with Image.open(Path(path), formats=("WEBP",)) as opened:
        picture = opened.convert("RGB")
    high = max(1, round(picture.height * _WIDTH / picture.width))
    return np.asarray(picture.resize((_WIDTH, high), Image.Resampling.BOX), dtype=np.int16)


def _mask(words: Sequence[Place], picture: Pixels) -> Cells:
    high, wide = picture.shape[:2]
    mask = np.zeros((high, wide), dtype=bool)
    for place in words:
        top, bottom = place.y * high // _SCALE, -(-place.bottom * high // _SCALE)
        mask[top:bottom, place.x * wide // _SCALE : -(-place.right * wide // _SCALE)] = True
    return mask


def _lengthen(picture: Pixels, high: int) -> Pixels:
    """Lay a picture on white paper of some height."""
    missing = high - picture.shape[0]
    return np.pad(picture, ((0, missing), (0, 0), (0, 0)), constant_values=255) if missing else picture


def _lengthen_mask(mask: Cells, high: int) -> Cells:
    return np.pad(mask, ((0, high - mask.shape[0]), (0, 0)))


def _spread(mask: Cells) -> Cells:
    """Give a mask grown by two pixels, since letters reach over the boxes of their lines."""
    grown = mask.copy()
    for axis in (0, 1):
        for step in (-2, -1, 1, 2):
            grown |= np.roll(mask, step, axis=axis)
    return grown


def _boxes(differs: Cells) -> Iterator[tuple[int, int, int, int]]:
    """Give (top, left, bottom, right) of what hangs together, in pixels, from above."""
    high, wide = -(-differs.shape[0] // _CELL), -(-differs.shape[1] // _CELL)
    padded = np.zeros((high * _CELL, wide * _CELL), dtype=bool)
    padded[: differs.shape[0], : differs.shape[1]] = differs
    left_over = padded.reshape(high, _CELL, wide, _CELL).sum(axis=(1, 3)) >= _FEW
    for row, column in zip(*map(np.ndarray.tolist, np.nonzero(left_over)), strict=True):
        if left_over[row, column]:
            rows, columns = _component(left_over, row, column)
            bottom, right = (max(rows) + 1) * _CELL, (max(columns) + 1) * _CELL
            yield min(rows) * _CELL, min(columns) * _CELL, min(bottom, differs.shape[0]), min(right, differs.shape[1])


def _component(left_over: Cells, row: int, column: int) -> tuple[list[int], list[int]]:
    """Take what hangs together with a square out of those that are left over; give its rows and columns."""
    rows, columns = [row], [column]
    waiting = deque([(row, column)])
    left_over[row, column] = False
    while waiting:
        row, column = waiting.popleft()
        top, left = max(row - _APART, 0), max(column - _APART, 0)
        near = left_over[top : row + _APART + 1, left : column + _APART + 1]
        for down, across in np.argwhere(near).tolist():
            rows.append(top + down)
            columns.append(left + across)
            waiting.append((top + down, left + across))
        near[...] = False
    return rows, columns


def _is_bare(page: Pixels, words: Cells, box: tuple[slice, slice]) -> bool:
    """Tell whether nothing stands in a place: it has the colour of what is around it."""
    around = tuple(slice(max(side.start - _EDGE, 0), side.stop + _EDGE) for side in box)
    seen = page[around][~words[around]]
    return bool(len(seen) and (np.abs(seen - np.median(seen, axis=0)).max(axis=-1) < _SEEN).mean() > _BARE)


def _stands_in(cut: Pixels, is_seen: Cells, page: Pixels, words: Cells, top: int, left: int) -> bool:
    """Tell whether what was cut from one page stands on the other a little above or below."""
    high, wide = cut.shape[:2]
    step_over = max(1, round((high * wide / _SAMPLE) ** 0.5))
    cut, is_seen = cut[::step_over, ::step_over], is_seen[::step_over, ::step_over]
    for step in sorted(range(-_MOVED, _MOVED + 1), key=abs):
        start = top + step
        if step == 0 or start < 0 or start + high > page.shape[0]:
            continue
        there = slice(start, start + high, step_over), slice(left, left + wide, step_over)
        seen = is_seen & ~words[there]
        if seen.mean() < _LEAST_SEEN:
            continue
        if float(np.abs(cut - page[there]).max(axis=-1)[seen].mean()) < _SAME:
            return True
    return False


def _place(top: int, left: int, bottom: int, right: int, high: int) -> Place:
    bottom = min(bottom, high)
    return Place(
        x=left * _SCALE // _WIDTH,
        y=top * _SCALE // high,
        width=(right - left) * _SCALE // _WIDTH,
        height=max(bottom - top, 0) * _SCALE // high,
    )
