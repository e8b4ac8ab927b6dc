"""What the numbers say: pure arithmetic on columns; it knows no engine and does no I/O."""
