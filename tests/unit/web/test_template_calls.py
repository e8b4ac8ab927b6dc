"""What templates call is handed what Jinja would hand it."""

from __future__ import annotations

from functools import lru_cache

import jinja2

from contentlib.web.template_calls import QuickContext

TEXT = """{% macro framed(word) %}<b>{{ word }} {{ caller() }}</b>{% endmacro -%}
{% macro plain(word, mark="!") %}{{ word }}{{ mark }}{% endmacro -%}
{% for n in (1, 2) %}{% set double = 2 * n %}{{ shown("double") }}{% endfor -%}
{% call framed("<") %}{{ kept("a") }}{% endcall %}{{ plain("b", mark="?") }}{{ "c".upper() }}{{ made.of("&") }}"""


class Made:
    def of(self, word: str) -> str:
        return word * 2


@jinja2.pass_context
def shown(context: jinja2.runtime.Context, name: str) -> object:
    return context[name]


def test_a_template_says_the_same_by_either_way_of_calling():
    written = []
    for context_class in (jinja2.runtime.Context, QuickContext):
        environment = jinja2.Environment(autoescape=True)
        environment.context_class = context_class
        environment.globals.update(shown=shown, kept=lru_cache(str.upper), made=Made())
        written.append(environment.from_string(TEXT).render())
    assert written[1] == written[0] == "24<b>&lt; A</b>b?C&amp;&amp;"
