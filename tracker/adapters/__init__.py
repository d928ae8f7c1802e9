"""The outside world: files, mail, queue, documents."""
