import hashlib
import hmac
from pathlib import Path

import pytest

from systems import signing

SAID = {"moment": "1700000000", "method": "POST", "target": "/a?b=1", "once": "k", "body": b"{}"}


def test_signature_is_the_hmac_of_what_is_documented():
    text = b"1700000000\nPOST\n/a?b=1\nk\n{}"
    assert signing.signature("secret", **SAID) == hmac.new(b"secret", text, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "change",
    [{"moment": "1700000001"}, {"method": "GET"}, {"target": "/a?b=2"}, {"once": "j"}, {"body": b""}],
)
def test_signature_changes_with_everything_that_is_said(change):
    assert signing.signature("secret", **SAID) != signing.signature("secret", **{**SAID, **change})


@pytest.mark.parametrize(
    ("moment", "fresh"),
    [("1000", True), ("700", True), ("1300", True), ("699", False), ("1301", False)]
    + [(each, False) for each in ("", "x", "-1000", "１０００", "1e3", "9" * 13)],
)
def test_is_fresh_within_five_minutes(moment, fresh):
    assert signing.is_fresh(moment, seconds=1000) is fresh


def test_the_worked_example_of_the_guide_is_right():
    guide = Path(__file__).parents[3] / "docs" / "how-to" / "department-systems.md"
    said = {
        "moment": "1700000000",
        "method": "POST",
        "target": "/api/v1/system-results/",
        "once": "result-1201-1",
        "body": b'{"task": 1201, "by": "swj.review1", "outcome": "pass", "opinion": "OK"}',
    }
    text = guide.read_text(encoding="utf-8")
    assert signing.signature("example-secret", **said) in text
    assert said["body"].decode() in text
