"""The examples of the catalogue's API: answers of the demo catalogue, long lists cut to their first rows."""

import json
from pathlib import Path

from drf_spectacular.utils import OpenApiExample

EXAMPLES = json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))


def example(operation: str) -> list[OpenApiExample]:
    """Return the example answer of an operation, e.g. `matters_trips`."""
    told = EXAMPLES[operation]
    return [OpenApiExample(told["title"], value=told["answer"], response_only=True, status_codes=["200"])]
