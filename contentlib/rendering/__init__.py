"""The document workshop: an authored asset and its open fields in, a branded, checked PDF out.

It is the only room that knows WeasyPrint, and knows it only inside the sandbox; it stores no asset and records no use.
"""
