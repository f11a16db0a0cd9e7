"""What the system says when it will not do a thing."""

from collections.abc import Sequence


class Refusal(Exception):
    """An act the rules do not allow.

    `code` is for machines, `message` is a Chinese sentence that says how to mend it, and `field` names the
    input that is wrong, where there is one. Pages show the sentence, the API sends a problem document;
    nothing is lost and nothing is changed. `others` are further faults of the same input, so that nobody mends them one
    by one.
    """

    status = 409
    others: "Sequence[Refusal]" = ()

    def __init__(self, code: str, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class Forbidden(Refusal):
    """The actor holds no post that allows the act."""

    status = 403


class Invalid(Refusal):
    """The input itself is wrong."""

    status = 422


def refuse_all(faults: Sequence[Refusal]) -> None:
    """Raise the first of these faults with the others at its side; nothing where there are none."""
    if faults:
        first, *first.others = faults
        raise first


class NotFound(Refusal):
    """The record does not exist, or not for this viewer: someone else's record does not exist."""

    status = 404

    def __init__(
        self, message: str = "没有找到这条记录，请核对编号后再试。", *, code: str = "not_found"
    ) -> None:
        super().__init__(code, message)
