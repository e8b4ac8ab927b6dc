"""Finds assets: keeps the Whoosh index and answers questions from it; it knows neither database nor people."""
