"""What goes out comes in again, and changes nothing."""

import csv
import io
import json
import zipfile

import pytest
from openpyxl import load_workbook

from matters.catalogue.fields import Inner, Kind, Many, Objects, Selector
from matters.catalogue.format import MATTERS
from matters.catalogue.kinds import Choice, Reference, Text, Whole, YesNo
from matters.exchange import stored
from matters.models import MatterVersion
from matters.services.exchange import export_file, import_file
from tests.unit.matters.conftest import NOW, SMALL

FORMATS = [("json", "utf-8"), ("xlsx", "utf-8"), ("zip", "utf-8"), ("zip", "gb18030")]


@pytest.mark.parametrize(("ending", "encoding"), FORMATS)
def test_an_exported_catalogue_comes_in_unchanged(demo, ending, encoding):
    versions = MatterVersion.objects.count()
    data = export_file(ending=ending, by=None, now=NOW, encoding=encoding)
    report = import_file(name=f"demo.{ending}", data=data, by=None, now=NOW)
    assert report.hints == []
    for section in ("departments", "service_points", "main_items", "matters", "bundles"):
        tally = getattr(report, section)
        assert (tally.created, tally.changed) == ([], []), section
    assert len(report.matters.unchanged) == 50
    assert MatterVersion.objects.count() == versions


def test_exported_json_says_what_the_database_says(demo, demo_text):
    said = json.loads(export_file(ending="json", by=None, now=NOW))
    contents = stored.StoredCatalogue().contents(
        "matters", [one["code"] for one in json.loads(demo_text)["matters"]]
    )
    assert {one["code"]: one for one in said["matters"]} == contents
    for section in ("departments", "service_points", "bundles"):
        assert len(said[section]) == len(json.loads(demo_text)[section])


AWKWARD = "=1+1、“引号\",^；|\n第二行 '撇号 100%"
QUESTIONS = [
    {
        "key": key,
        "text": f"问题{key}？",
        "help": AWKWARD,
        "answers": [{"key": one, "label": f"答{one}"} for one in "yn"],
    }
    for key in ("first", "second")
]
WHEN = {"first": ["y", "n"], "second": ["n"]}
GIVEN = {
    "code": "A-1", "department": "AAA", "main_item": "MAIN", "situations": QUESTIONS, "name": "开店登记",
    "flow": SMALL["matters"][0]["flow"], "pre_review": [], "item_type_code": "01", "effective_on": "2031-02-27",
}  # fmt: skip


def filled(kind: Kind, key: str = "") -> object:
    """Return a value of this kind, as awkward as the kind allows."""
    if isinstance(kind, Inner):
        return {one.key: filled(one.kind, one.key) for one in kind.fields}
    if isinstance(kind, Objects):
        row = {one.key: filled(one.kind, one.key) for one in kind.fields}
        return [row, {**row, **({"key": "OTHER"} if "key" in row else {})}]
    if isinstance(kind, Many):
        return list(dict.fromkeys([filled(kind.item), filled(kind.item)]))
    if isinstance(kind, Reference):
        return {"departments": "BBB", "matters": "A-1", "main_items": "MAIN", "service_points": "HALL"}[
            kind.to
        ]
    if isinstance(kind, Choice):
        return kind.choices.values[-1]
    if isinstance(kind, Selector):
        return WHEN
    if isinstance(kind, YesNo):
        return True
    if isinstance(kind, Whole):
        return kind.most
    if isinstance(kind, Text):
        return "KEY" if key == "key" else AWKWARD[: kind.max_length or 500]
    return {"Day": "2031-02-28", "Address": "https://portal.example/a?b=1^2"}.get(
        type(kind).__name__, "CODE-1"
    )


@pytest.fixture
def rich(load):
    """A catalogue of one matter in which every element says something."""
    matter = {one.key: GIVEN.get(one.key, filled(one.kind, one.key)) for one in MATTERS.fields}
    main = [{"code": "MAIN", "name": "开店", "department": "AAA"}]
    load(SMALL | {"main_items": main, "matters": [matter], "bundles": []})
    return matter


@pytest.mark.parametrize(("ending", "encoding"), FORMATS)
def test_every_element_survives_the_round_trip(rich, ending, encoding):
    data = export_file(ending=ending, by=None, now=NOW, encoding=encoding)
    report = import_file(name=f"rich.{ending}", data=data, by=None, now=NOW)
    assert (report.hints, report.matters.unchanged) == ([], ["A-1"])


def test_no_cell_that_goes_out_is_a_formula(rich):
    book = load_workbook(io.BytesIO(export_file(ending="xlsx", by=None, now=NOW)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    with zipfile.ZipFile(io.BytesIO(export_file(ending="zip", by=None, now=NOW))) as archive:
        texts = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    cells += [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]
    said = [cell if isinstance(cell, str) else str(cell.value or "") for cell in cells]
    assert any("'=1+1" in one for one in said)
    assert not [one for one in said if one.startswith(("=", "+", "-", "@"))]
