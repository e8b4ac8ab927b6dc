"""The critic finds the faults that it is trusted with."""

from __future__ import annotations

import flask
import pytest

from tests.web.critic import Critic

GOOD = """<!doctype html><html lang="en"><head><title>Page</title></head><body><main><h1>Page</h1>
<form method="post"><input type="hidden" name="csrf_token"><label for="a">A</label><input id="a" name="a">
<button>Go</button></form><img src="/x.svg" alt=""></main></body></html>"""


def judge(page: str) -> None:
    """Let the critic look at a page."""
    app = flask.Flask("page", root_path=".")
    app.add_url_rule("/", view_func=lambda: page)
    Critic(app.test_client()).open("/")


def test_a_good_page_passes():
    judge(GOOD)


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<h1>Page</h1>", "", "0 h1"),
        ("<h1>Page</h1>", "<h1>Page</h1><h1>Again</h1>", "2 h1"),
        ("<title>Page</title>", "<title></title>", "no title"),
        (' lang="en"', "", "no language"),
        ('<label for="a">A</label>', "", "without label"),
        ('<label for="a">A</label>', '<label for="a">A</label><p id="a">', "id a twice"),
        ('<label for="a">', '<label for="b">', "missing b"),
        ('<input type="hidden" name="csrf_token">', "", "without its token"),
        ("<button>Go</button>", "<button></button>", "button without name"),
        (' alt=""', "", "picture without alt"),
        ("<h1>", '<h1 style="color: red">', "inline style"),
        ("<h1>", '<h1 onclick="go()">', "handler in h1"),
        ("</main>", "<script>go()</script></main>", "script without nonce"),
        ('src="/x.svg"', 'src="https://cdn.example/x.svg"', "elsewhere"),
        ("</h1>", "</h1><h4>Deep</h4>", "h1 is followed by h4"),
    ],
)
def test_a_fault_is_found(good: str, bad: str, fault: str):
    assert good in GOOD
    with pytest.raises(AssertionError, match=fault):
        judge(GOOD.replace(good, bad, 1))
