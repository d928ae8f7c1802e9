"""The `tracker` commands: one file per noun."""
