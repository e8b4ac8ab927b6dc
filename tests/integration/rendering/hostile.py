"""Makes personalisations that nobody should type; what must come of them is judged elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contentlib.domain.documents import Paper, RenderRequest, RepContact
from contentlib.rendering.answers import Frozen
from contentlib.rendering.printer import Printer
from contentlib.sandbox.limits import Limits
from contentlib.sandbox.parent import Sandbox
from tests.integration.rendering.conftest import AUTHORED
from tests.integration.rendering.judging import Personalisation, paper_of

_PICTURE = str(AUTHORED / "media" / "logo.svg")
_JUDGING = "tests.integration.rendering.judging"
# A child draws a whole batch; on a busy machine each document may take its second.
LIMITS = Limits(wall_seconds=600, cpu_seconds=300)

WORDS = (
    "Kestrel Dairies", "Žilina Papír a. s.", "Đorđe Žužić & Søn", "Ångström–Øst", "W" * 40, "i" * 40, "W " * 20,
    "Donaudampfschifffahrtsgesellschaftskapitän", "x" * 300, "A" * 100_000, "مصنع الألبان", "מחלבת קסטרל",
    "Kite مصنع 42 (Ltd)", "株式会社ケストレル", "北京山水科技有限公司", "케스트렐 낙농", "กสเตรล", "Κρέστελ ΑΕ",
    "Завод «Юг»", "Երևան", "თბილისი", "देवनागरी", "ಕೆಸ್ಟ್ರೆಲ್", "ᚠᚢᚦ", "𓀀𓁐", "Kite 🚀 ❤️", "👩‍👩‍👧‍👦", "🇬🇧", "👍🏽",
    "<script>alert(1)</script>", "</p></div><h1>Free", "<img src=file:///etc/passwd>", "&lt;b&gt; & &#x202e;",
    "{{ 7*7 }}", "{% for x in y %}{{ x }}{% endfor %}", "{{ request.__class__.__mro__ }}", "${7*7} #{7*7} <%= 7 %>",
    "url(https://evil.example/x.png)", "@import 'x';", "expression(1); } * { display: none", "[[company]]", "[TODO]",
    "**bold** [link](javascript:x)", "http://evil.example", "../../etc/passwd", "';--", '"><svg onload=x>',
    "Kite\x00", "Kite\x07\x1b[2J", "\u200bKite", "Ki\u00adte", "\u202eetiK", "Kite\ufeff", "Kite\u2060", "\u200dKite",
    "Z\u0335\u0321\u0322\u0327a\u0316\u0317\u0318\u0319lgo", "Kite\ud800", "Kite\ue000", "Kite\U000e0001", "\uffff",
    "  ", "\t\n", "Kite\u00a0&\u00a0Co", "Kite\u2028Co", "ﬁ ﷽ ㎯", "0", "=1+1", "-", "…", "Kite" + "\u0301" * 2,
)  # fmt: skip

TEXT = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=()), max_size=50),
    st.lists(st.sampled_from([word[:24] for word in WORDS]), min_size=2, max_size=3).map(" ".join),
)
LOGOS = ("none", "300 dpi", "flat", "tall", "wide", "white", "tiny", "palette", "cmyk", "garbage", "svg", "svg script")


def personalisations(kinds: Sequence[str]) -> st.SearchStrategy[Personalisation]:
    """Make hostile personalisations of some kinds; most are hostile in one place, some everywhere."""
    plain = RepContact(name="Rita Vance", title="Account Executive", email="rita@tarnwell.example", phone="+44 113 0")
    names = ("prospect.name", "prospect.greeting", "proposal.number", "note")
    friendly = dict.fromkeys(names, "Kestrel Dairies")
    one = st.tuples(st.sampled_from(names), TEXT).map(lambda pair: friendly | {pair[0]: pair[1]})
    every = st.fixed_dictionaries(dict.fromkeys(names, TEXT))
    reps = st.builds(RepContact, name=TEXT, title=TEXT, email=TEXT, phone=TEXT)
    choices = st.fixed_dictionaries({}, optional={"quote": TEXT, "slides": TEXT, "paper": TEXT | st.just("Letter")})
    return st.builds(
        Personalisation,
        kind=st.sampled_from(list(kinds)),
        texts=st.one_of(one, one, one, every),
        choices=st.one_of(st.just({}), st.just({}), st.just({}), choices),
        rep=st.one_of(st.just(plain), st.just(plain), st.just(plain), reps),
        logo=st.one_of(st.just("none"), st.just("none"), st.sampled_from(LOGOS)),
    )


def play(
    sandbox: Sandbox,
    printer: Printer,
    make_request: Callable[[str], RenderRequest],
    *,
    kinds: Sequence[str],
    rounds: int,
    batch: int,
) -> Counter[str]:
    """Draw and judge `rounds` batches of hostile personalisations of some kinds; give how many ended how."""
    authored = {kind: make_request(kind) for kind in set(kinds)}
    # What is typed meets no picture but the logo: a plain one stands for all others, which take half of the drawing.
    plain = {kind: replace(request, media=dict.fromkeys(request.media, _PICTURE)) for kind, request in authored.items()}
    tools = {kind: printer.tools_for(request) for kind, request in plain.items()}
    frozen: dict[tuple[str, Paper], Frozen] = {}
    ended: Counter[str] = Counter()

    # What fails names itself: a batch is not made smaller, which would cost more than it tells.
    @settings(max_examples=rounds, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(personalisations(kinds), min_size=batch, max_size=batch))
    def judge(made: list[Personalisation]) -> None:
        for kind, paper in {(each.kind, paper_of(each)) for each in made} - frozen.keys():
            # As drawn plain, which other tests do anyway; what is frozen then holds for all copies.
            request = replace(authored[kind], paper=paper)
            printer.render(request)
            kept = printer._cache.find_frozen(printer._version(request, tools[kind]))
            assert kept is not None
            frozen[kind, paper] = kept
        answer = sandbox.call(f"{_JUDGING}:draw_and_judge", limits=LIMITS, batch=made, plain=plain, tools=tools,
                              frozen=frozen)  # fmt: skip
        ended.update(answer)

    judge()
    return ended
