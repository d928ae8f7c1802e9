"""Use cases: each takes an actor and ids, never a request, and never commits."""
