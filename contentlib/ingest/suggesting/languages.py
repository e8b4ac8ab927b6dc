"""Which language a text is in, by its script and by the small words that every sentence of a language has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contentlib.domain.suggestions import SuggestedField, Suggestion
from contentlib.domain.uploads import ExtractedFile
from contentlib.ingest.facts import language_of

# The most frequent words that no other of these languages has, or few of them have.
_SMALL_WORDS = {
    "en": "the and of to in is for with that are this be on as by from or an it you your can will we our which not has",
    "de": "der die das und ist nicht von mit den für auf dem ein eine des sich auch als werden wird oder sind zu im",
    "fr": "le la les des et est une dans que pour pas qui sur avec du au par vous nous sont cette ce plus ou être aux",
    "es": "el los las de que y en una por con para del se su como más al es lo este esta son o sus también puede",
    "it": "il di che e la per non una con del della sono gli le nel più anche come è dei delle alla questo da si i",
    "nl": "de het een van en niet dat op te voor met zijn aan er ook als bij wordt door worden naar deze uit kan u",
    "pt": "o os as de que e do da em um uma para com não por dos das no na se mais como ao pela é são você pode",
    "sv": "och att det som en på är av för med till den inte om ett har de kan vi från eller så ska alla",
    "da": "og at det som en på er af for med til den ikke der et har de kan vi fra eller så skal blev ved",
    "nb": "og at det som en på er av for med til den ikke der et har de kan vi fra eller så skal ble vil ved",
    "pl": "i w na z do nie się że jest o to od po za jak dla przez oraz są co lub być może które przy",
    "cs": "a v na se je že do s z o pro jako nebo jsou k být podle který které při jejich tak než však",
    "fi": "ja on ei se että oli hän mutta ovat tai kun niin myös joka sen voi ole kuin mitä tämä",
    "hu": "a az és hogy nem is egy ez meg de van volt csak már vagy mint el ha még lehet kell",
    "tr": "ve bir bu için ile da de olarak daha çok olan en gibi kadar sonra ya veya değil her",
}
_LANGUAGE_OF_WORD: dict[str, list[str]] = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGE_OF_WORD.setdefault(_word, []).append(_language)

_SCRIPTS = {
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
}
_UKRAINIAN = re.compile(r"[іїєґ]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
# Under so many small words a table or a picture's labels decide nothing.
_FEWEST, _FEWEST_TO_GUESS = 6, 2.5
# A form answers “No” a dozen times, which does not make it Portuguese.
_FEWEST_DIFFERENT = 3
_MOST_SIGNS = 40_000


def suggest(file: ExtractedFile) -> Suggestion | None:
    """Suggest the language that most of a file is in; what a file says of itself counts where its text is too short."""
    text = _sample([page.text for page in file.pages])
    by_script = language_of(text) or _by_script(text)
    if by_script:
        return _suggestion(by_script, "Its letters.")
    hits, told = _by_small_words(text)
    said = str(file.facts.get("language", "")).split("-")[0].split("_")[0].lower()
    if hits:
        best = max(hits, key=lambda language: (hits[language], language == said))
        is_sure = hits[best] >= 1.3 * max((n for other, n in hits.items() if other != best), default=0)
        if hits[best] >= _FEWEST:
            return _suggestion(best, f"{round(hits[best]):,} of its {told:,} small words.", is_sure=is_sure)
    if re.fullmatch(r"[a-z]{2,3}", said):
        return _suggestion(said, "The file says so; it has too few words to tell.", is_sure=False)
    if hits and max(hits.values()) >= _FEWEST_TO_GUESS:
        return _suggestion(max(hits, key=lambda language: hits[language]), "A few small words.", is_sure=False)
    return None


def _suggestion(language: str, why: str, *, is_sure: bool = True) -> Suggestion:
    return Suggestion(field=SuggestedField.LANGUAGE, values=(language,), why=why, is_sure=is_sure)


def _sample(texts: Sequence[str]) -> str:
    """Give beginning, middle and end of a long text, each page in part, so that a foreign cover does not decide."""
    share = max(200, _MOST_SIGNS // max(len(texts), 1))
    return "\n".join(text[:share] for text in texts[:2000])[:_MOST_SIGNS]


def _by_script(text: str) -> str:
    letters = max(len(_LETTER.findall(text)), 1)
    for language, script in _SCRIPTS.items():
        if len(script.findall(text)) / letters > 0.3:
            return "uk" if language == "ru" and len(_UKRAINIAN.findall(text.lower())) > 5 else language
    return ""


def _by_small_words(text: str) -> tuple[dict[str, float], int]:
    """Count the small words of each language that has several; one that languages share counts for each in part."""
    hits: dict[str, float] = {}
    different: dict[str, set[str]] = {}
    told = 0
    for word in _WORD.findall(text.lower()):
        languages = _LANGUAGE_OF_WORD.get(word, ())
        told += bool(languages)
        for language in languages:
            hits[language] = hits.get(language, 0.0) + 1 / len(languages)
            different.setdefault(language, set()).add(word)
    return {language: n for language, n in hits.items() if len(different[language]) >= _FEWEST_DIFFERENT}, told
