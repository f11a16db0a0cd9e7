"""That the demo catalogue could be published by its own rules."""

from matters.checks import Severity
from matters.selectors.checking import catalogue_for_checks, checked


def test_nothing_of_the_demo_catalogue_is_against_the_law_or_wrong(demo):
    found = list(checked(catalogue_for_checks()))
    grave = [
        (each.version.matter.code, one.place, one.what)
        for each in found
        for one in each.findings
        if one.blocks or one.severity == Severity.ERROR
    ]
    assert grave == []
    assert len(found) == 50
