"""contentlib: a self-hosted sales-enablement content library."""

import os

__version__ = "0.1.0"

# Statistics here are many small sums: more threads than one only wait for each other (measured: 2.5 times the CPU).
# It counts only when said before numpy is first imported, so it stands at the very top.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251
