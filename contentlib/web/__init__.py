"""The web door: pages for people at work. It asks services and draws their answers; it knows no table and no engine."""
