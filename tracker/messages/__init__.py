"""Words of messages, one noun a file; tracker.i18n puts them together."""
