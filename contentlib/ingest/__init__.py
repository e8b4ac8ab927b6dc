"""Reads files from elsewhere into authored source; it stores nothing, and all of it but layouts runs in the sandbox."""
