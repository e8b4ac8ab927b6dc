"""The workshop that writes letters; it sends none by itself and decides nothing about who gets them."""
