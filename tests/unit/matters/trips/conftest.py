"""A guide whose facts a test bends, and the guides of the demonstration catalogue."""

import json
from pathlib import Path

import pytest

from matters.catalogue.content import elements

DEMO = Path(__file__).parents[4] / "matters" / "catalogue" / "demo.json"
PLAIN = {
    "code": "A-1",
    "name": "开店登记",
    "result_name": "营业执照",
    "handling_forms": [1, 2],
    "case_type": 2,
    "presence": [],
    "correction_channels": [1, 2],
    "delivery_options": ["窗口领取", "邮政快递（政务专递）"],
    "express_supported": True,
    "e_certificate": False,
    "on_site_inspection": False,
    "max_trips": 1,
}


@pytest.fixture
def guide():
    """Return what builds a guide: filed at a window or on the web, decided later, the result fetched or sent."""
    return lambda **changes: PLAIN | changes


@pytest.fixture
def reason():
    """Return what builds a reason to come."""

    def build(need="original_check", by="anyone", when="filing", waived_by=(), situations=None, text=""):
        return {
            "need": need,
            "by": by,
            "when": when,
            "waived_by": list(waived_by),
            "situations": situations or {},
            "reason": text,
        }

    return build


@pytest.fixture(scope="session")
def demo_file() -> dict:
    return json.loads(DEMO.read_text("utf-8"))


@pytest.fixture(scope="session")
def demo_guides(demo_file) -> dict[str, dict]:
    """The elements of the demonstration's guides by matter code."""
    return {matter["code"]: elements(matter) for matter in demo_file["matters"]}
