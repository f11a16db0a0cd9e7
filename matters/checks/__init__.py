"""Publish checks: what is wrong with a guide, how to mend it, and where the rule comes from.

They never block an import; named rules of law block a new publication; everything else is a finding with a
severity.
"""

from matters.checks.findings import Context, Finding, Severity
from matters.checks.registry import Check
from matters.checks.table import CHECKS, GROUPS, blocking, check, fingerprint

__all__ = ["CHECKS", "GROUPS", "Check", "Context", "Finding", "Severity", "blocking", "check", "fingerprint"]
