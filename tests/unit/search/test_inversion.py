"""All at once gives what word by word gives: the same terms, in the same documents, at the same places."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from contentlib.search import schema, words
from contentlib.search.inversion import Inversion, Inverted
from tests.unit.search.standing import terms_with_positions

TEXT = st.text("ab é-&'.1,保守 ", max_size=30).map(words.clean)
DOCUMENT = st.tuples(st.sampled_from(["en", "de", "ja"]), st.lists(TEXT, max_size=3), TEXT)


def as_told(found: Inverted) -> dict[str, dict[int, list[int]]]:
    places = iter(found.places.tolist() if found.places is not None else [])
    told: dict[str, dict[int, list[int]]] = {}
    for i, term in enumerate(found.terms):
        held = range(found.starts[i], found.starts[i + 1])
        told[term.decode()] = {
            int(found.docs[at]): [next(places) for _ in range(found.counts[at])] if found.places is not None else []
            for at in held
        }
        assert list(found.docs[held.start : held.stop]) == sorted(told[term.decode()])
    return told


@given(st.lists(DOCUMENT, max_size=5))
def test_a_batch_is_inverted_as_its_documents_are_read(documents):
    inversion = Inversion()
    for language, bodies, title in documents:
        inversion.add(dict.fromkeys(schema.PLACES, ()) | {"body": bodies, "title": [title]}, language)
    fields = dict(inversion.fields())
    expected: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    spelt: dict[str, dict[int, list[int]]] = defaultdict(dict)
    lengths = Counter()
    for doc, (language, bodies, title) in enumerate(documents):
        start = 0
        for text in bodies:
            for place, term in terms_with_positions(text, language):
                expected[term][doc].append(start + place)
                lengths[doc] += 1
            start += 1 + sum(words.stand(token, language)[1] for token in words.split(text))
        for word in words.plain_words(" ".join((*bodies, "-", title))):
            spelt[word][doc] = []
    assert as_told(fields["body"]) == expected
    assert as_told(fields[schema.WORDS_FIELD]) == spelt
    assert fields["body"].lengths.tolist() == [lengths[doc] for doc in range(len(documents))]
    assert all(found.terms == sorted(found.terms) for found in fields.values())
    assert list(fields) == sorted(fields)
