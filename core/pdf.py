"""PDFium serves one caller at a time: whoever reads or draws a PDF wraps the function that does."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Returned = TypeVar("Returned")
_PDFIUM = RLock()


def one_at_a_time(act: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Return the function with all of its PDFium calls under the process's one lock."""

    @wraps(act)
    def alone(*args: Given.args, **kwargs: Given.kwargs) -> Returned:
        with _PDFIUM:
            return act(*args, **kwargs)

    return alone
