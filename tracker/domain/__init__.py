"""Pure rules of following up directives; standard library only."""
