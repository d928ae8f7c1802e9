"""What scripts say: they show Vietnamese messages through tr("…"), and English pages load them with the English words in front."""
import json
import re

from tracker.adapters.catalogue import english

#: A message in a script's source; the places in it are filled by the script.
SAID = re.compile(r'\btr\("((?:[^"\\]|\\.)+)"')


def messages(source: str) -> list[str]:
    """The messages of a script, in their order."""
    return [json.loads(f'"{found[1]}"') for found in SAID.finditer(source)]


def in_front(source: str) -> str:
    """The script that is to stand before this one on English pages: its messages with their English."""
    words = {text: english()[text] for text in messages(source) if text in english()}
    return f"window.DonDocWords = {json.dumps(words, ensure_ascii=False)};\n"
