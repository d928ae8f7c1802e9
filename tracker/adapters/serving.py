"""What a running `tracker serve` tells of its parts in serve.json, for the processes that it started and for those beside it."""
import json
from pathlib import Path


def failing(path: Path) -> list[tuple[str, str, int]]:
    """Parts that die again and again: (name, label, how often in a row); none where nothing is served here."""
    try:
        told = json.loads(path.read_text(encoding="utf-8")).get("failing", {})
        return [(str(name), str(label), int(times)) for name, (label, times) in sorted(told.items())]
    except (OSError, ValueError, AttributeError, TypeError):
        return []
