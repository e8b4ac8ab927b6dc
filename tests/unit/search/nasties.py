"""Questions that nobody should ask, and that must be answered all the same."""

from __future__ import annotations

NASTIES = [
    "", " ", "\t\n", "NOT OR x", "NOT", "OR", "AND", "AND OR NOT", "OR OR OR", "x OR", "x AND", "x NOT", "NOT NOT x",
    '"', '""', '"""', '"a', 'a"', '" "', "“", "„x”", "(", ")", "(((", ")))", "(()", "())(", "()", "( )", "(a", "a)",
    "((((((((((((a))))))))))))", "title:", ":title", "::", "title::x", "title:(a b)", 'title:"', 'title:"a', "kind:",
    "kind:-", "kind:*", "kind:nothing-like-it", "nofield:x", "http://a.example:80/b?c=d&e#f", "-", "--", "---", "- -",
    "-x", "--x", '-"a b"', "-(a b)", "-title:x", "-kind:deck", "\\", "\\\\", "\\\"", "*", "**", "?", "a*", "*a", "a*b",
    "a**", "-a*", '"a*"', "%", "_", "';--", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${x}", "[a TO b]",
    "[a TO", "a~2", "a^2", "^", "~", "+a", "+", "&&", "||", "!", "a && b", "a || b", "!a", "/a/", "a" * 5_000,
    "x " * 10_000, "a-" * 3_000, "-" * 3_000, '"' * 3_001, "(" * 5_000, ")" * 5_000, "a OR " * 2_000,
    "NOT " * 2_000 + "x", "(a OR " * 500, "\x00", "a\x00b", "\x00" * 100, "\ud800", "a\udfffb", "\ud83d\ude00",
    "\ufeffx", "\u202exyz\u202c", "שלום עולם", "مرحبا بالعالم", "🙂", "🙂🙃 pump", "👩‍👩‍👧‍👦", "e\u0301", "é" * 3_000,
    "管", "資料管理", "保守" * 500, "ภาษาไทย", "हिन्दी", "İstanbul", "ß", "ﬁ", "Ⅷ", "²", "½", "١٢٣", "𝔸", "1" * 400,
    "1e999", "1,2,3,4", "-1", "0", "..", "...", "a.b.c.d.e.f", "'", "''", "o'", "'s", "l'", "d''x", "nan", "null",
    "\u2028", "\u00ad", "soft\u00adhyphen", "\u200b", "tab\tnew\nline", "title:\x00", 'kind:"\ud800"', "stage:🙂",
]  # fmt: skip
