"""The one table of checks, in the order in which people read it, and what is done with it."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from matters.catalogue.parsing import Values
from matters.checks.adoption import adoption
from matters.checks.codes import codes
from matters.checks.completeness import guide
from matters.checks.contact import contact
from matters.checks.findings import NOTHING_KNOWN, ORDER, Context, Finding
from matters.checks.limits import limits
from matters.checks.materials import materials
from matters.checks.money import money
from matters.checks.process import process
from matters.checks.registry import Check
from matters.checks.results import results
from matters.checks.tolerance import tolerance
from matters.checks.visits import visits

GROUPS = (guide, limits, visits, materials, tolerance, process, results, money, contact, codes, adoption)
CHECKS: dict[str, Check] = {one.code: one for group in GROUPS for one in group.checks}

_ROOM = Path(__file__).parents[1]
_SOURCES = sorted(path for name in ("checks", "trips", "catalogue") for path in (_ROOM / name).glob("*.py"))


def check(values: Values, context: Context = NOTHING_KNOWN) -> list[Finding]:
    """Return everything that is wrong with a guide's elements (`catalogue.content.elements`), the gravest first."""
    findings = [found for each in CHECKS.values() for found in each.find(values, context)]
    return sorted(findings, key=lambda one: (not one.blocks, ORDER[one.severity]))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Return those of the findings that forbid a new publication."""
    return [one for one in findings if one.blocks]


def fingerprint() -> str:
    """Return what changes whenever a check or its settings change, so that stored findings are found anew."""
    digest = hashlib.sha256(json.dumps([settings.CATALOGUE_CODES, settings.CATALOGUE_LENGTHS]).encode())
    for path in _SOURCES:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
