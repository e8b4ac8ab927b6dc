"""Authored source turned into checked data: front matter, the Markdown dialect, blocks and plain text.

It is pure and safe on hostile input; it opens no file but a kind's `schema.yml`, and knows no engine that draws.
"""
