"""The engine that lays out and writes documents, WeasyPrint, as quick as this product needs it.

It works many answers out anew thousands of times per document; here they are given sooner, and never other ones. Its
version is pinned, and a test compares the bytes that both ways lead to.
"""
