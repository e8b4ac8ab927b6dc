"""A made-up company that uses the library like anyone; it goes through the same doors and services as people do."""
