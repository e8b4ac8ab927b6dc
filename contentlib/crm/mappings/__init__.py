"""What other systems' columns mean here; the one place where their words for a deal are said."""
