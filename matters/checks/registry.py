"""How a check is written: a small pure function that yields (place, what is wrong) for a guide's elements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Finding, Severity

Found = Iterator[tuple[str, str]]
Rule = Callable[[Values, Context], Found]


@dataclass(frozen=True)
class Check:
    """One check of the table; its code is the name of its function."""

    code: str
    group: str
    severity: Severity
    title: str
    how: str
    source: str
    blocks: bool
    rule: Rule

    def find(self, values: Values, context: Context) -> Iterator[Finding]:
        """Yield what this check finds; it works on drafts, where elements may be missing."""
        for place, what in self.rule(values, context):
            yield Finding(self.code, self.severity, place, what, self.how, self.source, self.blocks)


class Group:
    """A chapter of the table; `rule` adds the function below it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.checks: list[Check] = []

    def rule(
        self, severity: Severity, title: str, *, how: str, source: str, blocks: bool = False
    ) -> Callable[[Rule], Rule]:
        """Return the decorator that adds a check; only a rule of law may block, and what blocks is an error."""
        assert severity == Severity.ERROR or not blocks

        def add(rule: Rule) -> Rule:
            self.checks.append(Check(rule.__name__, self.title, severity, title, how, source, blocks, rule))
            return rule

        return add
