"""Conditions that many tables demand, each said once."""

from django.db.models import CheckConstraint, Q


def paired(name: str, first: str, second: str) -> CheckConstraint:
    """Return the constraint that two columns, most often a moment and its person, are known together or not at all."""
    return CheckConstraint(
        name=name,
        condition=Q(**{first: None, second: None})
        | Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
    )
