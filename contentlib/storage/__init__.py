"""The workshop that remembers: database, stored files and the outbox; it decides nothing about who may do what."""
