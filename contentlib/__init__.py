"""contentlib: a self-hosted sales-enablement content library."""

__version__ = "0.1.0"
