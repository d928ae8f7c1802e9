"""Background work: one file per noun; a task is claim, work, record."""
