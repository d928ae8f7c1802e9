"""Templates in the second language: compiled from the same sources, their texts exchanged in the tree before code is made of it."""
from typing import Any, cast

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from tracker.adapters.catalogue import english, in_english
from tracker.domain.wording import Said, plural, tr
from tracker.web import language, messages_of_page, page_text
from tracker.web.messages_of_page import VIETNAMESE, Piece, Say


class BilingualEnvironment(Environment):
    """Gives each page's templates in the language it is shown in; the two are compiled and kept apart."""

    #: None in the environment of the first language.
    second: bool = False

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.filters.update(in_english=in_english, as_said=_as_said, plural=plural, ours=_ours)
        self._english: BilingualEnvironment | None = None

    def english(self) -> "BilingualEnvironment":
        """The environment of the English pages: filters and globals are the same ones."""
        if self._english is None:
            made = self.overlay(finalize=in_english)
            made.second = True
            self._english = made
        return self._english

    def _load_template(self, name: str, globals: Any) -> Template:
        if not self.second and language.current() == language.ENGLISH:
            return self.english()._load_template(name, globals)
        return super()._load_template(name, globals)

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:
        if self.second:
            source = translate(source, english().get)
        return super()._generate(source, name, filename, defer_init)


def translate(tree: nodes.Template, say: Say) -> nodes.Template:
    """The tree with every text that people read exchanged for what say answers; None leaves it."""
    made = _Literals(say).visit(tree)
    page_text.translate(made, say)
    return cast(nodes.Template, made)


class _Literals(NodeTransformer):
    """Exchanges the texts within expressions and statements, and has sentences of ours translated before a filter or "~" makes plain text of them."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def visit_Const(self, node: nodes.Const) -> nodes.Expr:
        if not isinstance(node.value, str):
            return node
        parts = [part if part.startswith("<") else self._one(part) for part in messages_of_page.around_tags(node.value)]
        return nodes.Const("".join(parts), lineno=node.lineno)

    def _one(self, text: str) -> str:
        answer = messages_of_page.translated([text], self._known, {})
        return "".join(part for part in answer if isinstance(part, str))

    def _known(self, text: str) -> str | None:
        """Literals without Vietnamese letters may be names of the code: they are exchanged where the catalogue has them."""
        return self.say(text) if VIETNAMESE.search(text) else getattr(self.say, "quietly", self.say)(text)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:
        pieces: list[Piece] = [
            part.value if isinstance(part, nodes.Const) and isinstance(part.value, str) else _shown(cast(nodes.Expr, self.visit(part))) for part in node.nodes
        ]
        if any(isinstance(piece, str) and "<" in piece for piece in pieces):
            return cast(nodes.Expr, self.generic_visit(node))
        made = messages_of_page.translated(pieces, self._known, {})
        return nodes.Concat([nodes.Const(piece) if isinstance(piece, str) else cast(nodes.Expr, piece) for piece in made], lineno=node.lineno)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Expr:
        if node.name == "count" and isinstance(node.node, nodes.Expr) and len(node.args) == 1 and isinstance(node.args[0], nodes.Const):
            return self._counted(cast(nodes.Expr, self.visit(node.node)), node.args[0]) or node
        self.generic_visit(node)
        if isinstance(node.node, nodes.Expr) and node.name not in LISTS:
            node.node = _shown(node.node)
        return node

    def _counted(self, value: nodes.Expr, noun: nodes.Const) -> nodes.Expr | None:
        """A figure and its noun are one message: only so can the noun have a plural."""
        made = messages_of_page.translated([nodes.Filter(value, "number", [], [], None, None), f" {noun.value}"], self._known, {})
        if made[-1] == f" {noun.value}":
            return None
        return nodes.Concat([nodes.Const(piece) if isinstance(piece, str) else cast(nodes.Expr, piece) for piece in made], lineno=value.lineno)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Expr:
        """What is compared is never shown."""
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Expr:
        node.node = cast(nodes.Expr, self.visit(node.node))
        if not isinstance(node.arg, nodes.Const):
            node.arg = cast(nodes.Expr, self.visit(node.arg))
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Helper:
        node.value = cast(nodes.Expr, self.visit(node.value))
        return node

    def visit_Test(self, node: nodes.Test) -> nodes.Expr:
        node.node = cast(nodes.Expr, self.visit(node.node))
        return node

    def visit_Extends(self, node: nodes.Extends) -> nodes.Node:
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:
        return node

    def visit_Import(self, node: nodes.Import) -> nodes.Node:
        return node

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node:
        return node


#: Filters that take a list or a mapping, or look at a value without showing it.
LISTS = {"list", "length", "count", "first", "last", "map", "select", "reject", "selectattr", "rejectattr", "groupby", "sort", "sum", "min", "max", "batch",
         "slice", "unique", "dictsort", "items", "xmlattr", "safe", "in_english", "plural", "default", "d", "reverse", "tojson"}


def _as_said(value: object) -> object:
    """The Vietnamese text of a sentence, which no page exchanges any more."""
    return str(value) if isinstance(value, Said) else value


def _ours(value: object) -> object:
    """A sentence of ours that was stored as plain text, known again as one."""
    return tr(value) if isinstance(value, str) else value


def _shown(value: nodes.Expr) -> nodes.Expr:
    return value if isinstance(value, nodes.Const) else nodes.Filter(value, "in_english", [], [], None, None, lineno=value.lineno)
