"""Questions to the tables, one module per room: get_ raises, find_ may be None; they decide nothing."""
