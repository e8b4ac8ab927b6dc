"""Runs whatever parses foreign bytes in a limited child process; it knows nothing of what runs there.

Three processes take part. The *caller* (a server, a command) holds a `Sandbox`. Its first call starts one *warm*
process by exec, which imports what the work needs and then only waits, single-threaded. Each call forks one *child*
from it, limited in time, memory and space, which answers the caller directly and ends.
"""

from contentlib.sandbox.limits import Limits
from contentlib.sandbox.parent import Sandbox

__all__ = ["Limits", "Sandbox"]
