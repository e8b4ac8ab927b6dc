"""The tuning file: what is left out is as shipped, what is wrong is named with its line, synonyms keep the comments."""

from __future__ import annotations

import pytest

from contentlib.domain.errors import TuningRefusedError
from contentlib.search import tuning


def test_what_a_file_leaves_out_is_as_shipped():
    own = tuning.parse("[places]\nbody = 3\n")
    assert own.places == {**tuning.shipped().places, "body": 3.0}
    assert (own.finds, own.shares, own.synonyms) == (
        tuning.shipped().finds, tuning.shipped().shares, tuning.shipped().synonyms
    )  # fmt: skip


def test_a_library_without_a_file_of_its_own_has_the_shipped_tuning(tmp_path):
    assert tuning.read(tmp_path) is tuning.shipped()
    (tmp_path / tuning.FILE_NAME).write_text('[synonyms]\ngroups = [["a", "b"]]\n')
    assert tuning.read(tmp_path).synonyms == (("a", "b"),)


WRONG = [
    ("[places]\ntitle = 1\nbodi = 2\n", 3, "body"),
    ("[places]\n\ntitle = 11\n", 3, None),
    ("[places]\ntitle = true\n", 2, None),
    ("[shares]\nverified = 2\n", 2, None),
    ("[plases]\ntitle = 1\n", 1, "places"),
    ("places = 3\n", 1, None),
    ('[synonyms]\ngroups = [\n    ["a", "b"],\n    ["only"],\n]\n', 4, None),
    ('[synonyms]\ngroups = [\n    ["a", "b"],\n    ["c", 7],\n]\n', 4, None),
    ('[synonyms]\ngroups = [\n    ["roi", "ROI"],\n]\n', 3, None),
    ("[common_words]\nen = 3\n", 2, None),
    ("[places]\ntitle = \n", 2, None),
    ("[places\n", 1, None),
]


@pytest.mark.parametrize(("text", "line", "nearest"), WRONG, ids=[text[:24] for text, _, _ in WRONG])
def test_what_is_wrong_is_named_with_its_line(text, line, nearest):
    with pytest.raises(TuningRefusedError) as refused:
        tuning.parse(text)
    (finding,) = refused.value.findings
    assert (finding.path, finding.line, finding.nearest) == (tuning.FILE_NAME, line, nearest)
    assert finding.message


def test_a_new_synonym_joins_its_group_and_every_comment_stays():
    before = tuning.shipped_text()
    after = tuning.with_synonyms("", ["poc", "taster"])
    changed = [line for line in after.split("\n") if line not in before.split("\n")]
    assert changed == ['    ["pilot", "proof of concept", "poc", "trial", "taster"],']
    assert after.count("#") == before.count("#")


def test_new_words_are_a_new_group():
    after = tuning.with_synonyms("# mine\n[places]\nbody = 2\n", ["gearbox", "drive train"])
    assert after.startswith("# mine\n")
    assert ("gearbox", "drive train") in tuning.parse(after).synonyms
    again = tuning.with_synonyms(after, ["gearbox", "transmission"])
    assert ("gearbox", "drive train", "transmission") in tuning.parse(again).synonyms
    assert len(tuning.parse(again).synonyms) == len(tuning.parse(after).synonyms)


def test_a_group_written_over_several_lines_is_kept():
    text = '[synonyms]\ngroups = [\n    [\n        "a one",\n        "b two",\n    ],\n    ["c", "d"],\n]\n'
    assert tuning.parse(tuning.with_synonyms(text, ["a one", "e"])).synonyms == (("a one", "b two", "e"), ("c", "d"))


def test_words_that_say_the_same_are_no_synonyms():
    with pytest.raises(TuningRefusedError):
        tuning.with_synonyms("", ["Sensor", "sensors"])
