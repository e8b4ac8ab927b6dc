"""The words and the rules of the trade; it knows no engine, no clock and no I/O."""
