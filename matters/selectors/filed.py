"""What cases are filed under: published versions and their steps.

They never change (the database refuses it), so each process reads them once. Nobody may change a value of what is kept.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from matters.models import MatterVersion, Step

_MOST_KEPT = 1000
_OF_VERSION = [field.attname for field in MatterVersion._meta.concrete_fields if field.name != "status"]
_OF_STEP = [field.attname for field in Step._meta.concrete_fields]
_Row = Sequence[Any]


def version_filed(version_id: int) -> MatterVersion:
    """Return the version of a case. Its state, which can change, is read when it is asked for."""
    return MatterVersion.from_db(DEFAULT_DB_ALIAS, _OF_VERSION, _version(version_id))


def steps_of(version_id: int) -> list[Step]:
    """Return the steps of the version of a case, in their order; their departments are read when they are asked for."""
    return [Step.from_db(DEFAULT_DB_ALIAS, _OF_STEP, row) for row in _steps(version_id)]


def step_of(version_id: int, step_id: int) -> Step:
    """Return one step of the version of a case, as `steps_of` does."""
    return next(
        Step.from_db(DEFAULT_DB_ALIAS, _OF_STEP, row) for row in _steps(version_id) if row[0] == step_id
    )


@lru_cache(maxsize=_MOST_KEPT)
def _version(version_id: int) -> _Row:
    return MatterVersion.objects.values_list(*_OF_VERSION).get(pk=version_id)


@lru_cache(maxsize=_MOST_KEPT)
def _steps(version_id: int) -> Sequence[_Row]:
    return tuple(Step.objects.filter(version=version_id).order_by("order").values_list(*_OF_STEP))
