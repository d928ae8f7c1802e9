"""What can go wrong, as codes with parameters; tracker.i18n puts them into words at the edge."""


class DomainError(Exception):
    """A refusal that a person can understand.

    code: dotted key of a message in tracker.i18n.MESSAGES; params: values for its placeholders.
    """

    status = 400

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class BadInput(DomainError):
    """A value that was given cannot be taken as it is."""

    status = 422


class TooLarge(BadInput):
    """A file or request over its limit."""

    status = 413


class Forbidden(DomainError):
    """The actor may see the thing but not do this with it."""

    status = 403


class NotFound(DomainError):
    """It does not exist, or not for this actor: the two are never told apart."""

    status = 404

    def __init__(self, code: str = "not_found", **params: object) -> None:
        super().__init__(code, **params)


class Conflict(DomainError):
    """The state has moved on since the actor looked (a stale page, a second press, another clerk)."""

    status = 409


class Unavailable(DomainError):
    """A part of the machine does not answer now; trying again later can help."""

    status = 503
