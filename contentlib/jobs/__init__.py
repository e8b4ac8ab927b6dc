"""The work that follows a commit: claims jobs, does their effect, marks them done; it decides nothing about whom."""
