"""The product in a real browser against real processes: `tracker serve` on a home of its own, Debian's Chromium."""
