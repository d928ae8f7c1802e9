"""Word's automatic numbers in a .docx: what numbering.xml and the styles say, for Lists to count."""

from typing import Any

from tracker.adapters.documents.numbers import Level, Lists

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Numbering:
    """The lists of one document; ask for each paragraph in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._lists = Lists()
        self._styles: dict[str, tuple[str | None, str | None, int | None]] = {}
        for style in styles.iter(f"{W}style") if styles is not None else ():
            self._style(style)
        if numbering is not None:
            self._read(numbering)

    def _read(self, numbering: Any) -> None:
        nodes = {node.get(f"{W}abstractNumId"): node for node in numbering.iter(f"{W}abstractNum")}
        abstract = {name: {_at(level): _level(level) for level in node.iter(f"{W}lvl")} for name, node in nodes.items()}
        links = {node.get(f"{W}numId"): node.find(f"{W}abstractNumId") for node in numbering.iter(f"{W}num")}
        bases = {number: link.get(f"{W}val") for number, link in links.items() if link is not None}
        for node in numbering.iter(f"{W}num"):
            number = node.get(f"{W}numId")
            if number not in bases:
                continue
            base = self._followed(bases[number], nodes, bases)
            self._lists.levels[number] = dict(abstract.get(base, {}))
            self._lists.counted[number] = base
            for override in node.iter(f"{W}lvlOverride"):
                self._override(number, override)

    def _followed(self, base: str, nodes: dict[str, Any], bases: dict[str, str]) -> str:
        """A list that only names a style of numbering is the list behind that style."""
        node = nodes.get(base)
        link = node.find(f"{W}numStyleLink") if node is not None else None
        number = self._styles.get(link.get(f"{W}val"), (None, None, None))[1] if link is not None else None
        return bases.get(number or "", base)

    def _override(self, number: str, override: Any) -> None:
        start, level = override.find(f"{W}startOverride"), override.find(f"{W}lvl")
        if level is not None:
            self._lists.levels[number][_at(override)] = _level(level)
        if start is not None:
            self._lists.first[(number, _at(override))] = _int(start.get(f"{W}val"), 1)

    def _style(self, style: Any) -> None:
        based, properties = style.find(f"{W}basedOn"), style.find(f"{W}pPr/{W}numPr")
        number, at = _num_pr(properties)
        self._styles[style.get(f"{W}styleId")] = (based.get(f"{W}val") if based is not None else None, number, at)

    def label(self, properties: Any) -> str:
        """The label that Word shows before the paragraph with these properties (pPr), or ''."""
        direct = properties.find(f"{W}numPr") if properties is not None else None
        number, at = _num_pr(direct)
        style = properties.find(f"{W}pStyle") if properties is not None else None
        name, depth = (style.get(f"{W}val") if style is not None else None), 0
        while name and (number is None or at is None) and depth < 12:
            name, styled, styled_at = self._styles.get(name, (None, None, None))
            number, at, depth = number if number is not None else styled, at if at is not None else styled_at, depth + 1
        return self._lists.label(number, at or 0) if number and number != "0" else ""


def _num_pr(node: Any) -> tuple[str | None, int | None]:
    if node is None:
        return None, None
    number, at = node.find(f"{W}numId"), node.find(f"{W}ilvl")
    return (number.get(f"{W}val") if number is not None else None), (_int(at.get(f"{W}val"), 0) if at is not None else None)


def _at(node: Any) -> int:
    return _int(node.get(f"{W}ilvl"), 0)


def _int(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdigit() and len(value) < 10 else otherwise


def _level(node: Any) -> Level:
    def value(tag: str) -> str | None:
        found = node.find(f"{W}{tag}")
        return found.get(f"{W}val") if found is not None else None

    legal = node.find(f"{W}isLgl")
    restarts = value("lvlRestart")
    return Level(
        value("numFmt") or "decimal", value("lvlText") or "", _int(value("start"), 1), _int(restarts, 0) if restarts is not None else None,
        legal is not None and legal.get(f"{W}val") not in ("0", "false"),
    )
