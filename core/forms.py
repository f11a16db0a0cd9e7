"""What every page with a form shares: how it is asked for, and how a refusal of a service becomes an error in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.http import HttpRequest, QueryDict
from django.views.decorators.http import require_http_methods

from core.errors import NotFound, Refusal

READ_OR_SEND = require_http_methods(["GET", "HEAD", "POST"])
"""Whoever may GET a page may ask for its HEAD (RFC 9110 §9.3.2)."""


@contextmanager
def refusals_as_errors(form: forms.BaseForm) -> Iterator[None]:
    """Turn a refusal raised inside into an error of the bound form: at the field it names, else above all fields.

    What stands after the `with` block shows the page again, with everything typed and status 422. A record that
    does not exist for this viewer stays what it is: a page that says so.
    """
    try:
        yield
    except NotFound:
        raise
    except Refusal as refusal:
        for fault in (refusal, *refusal.others):
            form.add_error(fault.field if fault.field in form.fields else None, fault.message)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also when it is empty; None while the page is only being opened."""
    return request.POST if request.method == "POST" else None


def status_of(*shown: forms.BaseForm) -> int:
    """Return the HTTP status of a page with these forms: 422 when one that was sent has errors."""
    return 422 if any(form.is_bound and form.errors for form in shown) else 200
