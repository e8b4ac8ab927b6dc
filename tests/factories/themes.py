"""A model of meaning that knows a few themes: what tests put in the place of one that is large and may be absent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contentlib.search.sentences import DIMENSIONS, Vectors

THEMES = (
    {"energy", "electricity", "compressors", "kilowatt"},
    {"cranes", "crane", "hoists", "derrick"},
    {"excel", "spreadsheets", "workbook", "tabulator"},
    {"neighbours", "nextdoor"},
)


class ThemeModel:
    """Gives texts that share a theme much the same vector."""

    name = "themes"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.encode_question(text) for text in texts])

    def encode_question(self, text: str) -> Vectors:
        said = set("".join(letter if letter.isalpha() else " " for letter in text.lower()).split())
        vector = np.zeros(DIMENSIONS, np.float32)
        vector[: len(THEMES)] = [bool(said & theme) for theme in THEMES]
        if not vector.any():
            vector[-1] = 1
        return vector / np.linalg.norm(vector)
