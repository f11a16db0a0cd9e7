"""What a guide's content says can be read back, and written again as it was."""

import json
from datetime import timedelta

import pytest

from matters.catalogue.content import elements, elements_of, read_content
from matters.catalogue.fields import write
from matters.catalogue.format import GUIDE, MATTERS
from matters.enums import VersionStatus
from matters.models import Matter, MatterVersion
from matters.services.catalogue_import import import_catalogue
from tests.unit.matters.conftest import DEMO, NOW, SMALL

QUESTIONS = [
    {
        "key": "kind",
        "text": "首次办还是换发？",
        "answers": [
            {"key": "new", "label": "首次"},
            {"key": "renew", "label": "换发", "help": "旧证还在有效期"},
        ],
    }
]
RICH = SMALL["matters"][0] | {
    "situations": QUESTIONS,
    "materials": [
        SMALL["matters"][0]["materials"][0] | {"when": {"kind": ["new"]}, "basis": "示例条例第2条"}
    ],
    "legal_bases": ["示例条例", {"law": "示例规定", "article": "第3条", "effective_on": "2019-01-01"}],
    "reconsideration": {"department": "区政府", "phone": "0571-00009999"},
    "special_procedures": [{"name": "公示", "days": 20, "counts_time": False}],
    "questions": [{"question": "收费吗？", "answer": "不收费。"}],
    "fees": [],
    "online_url": "https://portal.example/apply",
}


def published(matter: dict) -> MatterVersion:
    text = json.dumps(SMALL | {"matters": [matter, SMALL["matters"][1]]}, ensure_ascii=False)
    import_catalogue(text=text, by=None, now=NOW)
    return Matter.objects.get(code=matter["code"]).current


def test_every_matter_of_the_demo_says_the_same_after_reading_and_writing(demo):
    for version in MatterVersion.objects.filter(status=VersionStatus.PUBLISHED):
        assert write(elements_of(version), MATTERS.shape) == version.content


def test_content_of_the_demo_loses_nothing_of_the_file(demo):
    known = {one.key for one in MATTERS.fields}
    for said in json.loads(DEMO.read_text())["matters"]:
        content = Matter.objects.get(code=said["code"]).current.content
        for key, value in said.items():
            if key in known and key not in ("materials", "flow", "pre_review", "presence"):
                assert elements({key: value}).get(key) == elements({key: content.get(key)}).get(key)
        assert [one["name"] for one in said["materials"]] == [one["name"] for one in content["materials"]]


@pytest.mark.django_db
def test_content_keeps_what_has_no_column(db):
    version = published(RICH)
    read = elements_of(version)
    assert [one["law"] for one in read["legal_bases"]] == ["示例条例", "示例规定"]
    assert read["reconsideration_phone"] == "0571-00009999"
    assert read["special_procedures"][0]["counts_time"] is False
    assert read["situations"][0]["answers"][1]["help"] == "旧证还在有效期"
    assert version.materials.get().when == {"kind": ["new"]}
    assert write(read, MATTERS.shape) == version.content


def test_draft_with_faults_is_read_as_far_as_it_goes():
    entry, findings = read_content({"name": "开店", "max_trips": "一次", "materials": [{"name": "申请书"}]})
    assert entry.values["name"] == "开店"
    assert "max_trips" not in entry.values
    assert any("到办事现场次数：" in sentence for _, sentence in findings.errors)
    assert elements({"name": "开店", "materials": [{"name": "申请书"}]})["materials"][0]["key"] == "申请书"


def test_every_element_has_a_name_for_people():
    assert [one.key for _, fields in GUIDE.values() for one in fields if not one.label] == []


@pytest.mark.django_db
def test_version_of_a_day_to_come_waits(db):
    first = published(SMALL["matters"][0])
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    again = published(SMALL["matters"][0] | {"fee": "10元", "effective_on": tomorrow})
    assert again == first
    waiting = MatterVersion.objects.get(matter=first.matter, number=2)
    assert (waiting.status, waiting.published_at) == (VersionStatus.SCHEDULED, NOW)
    assert first.matter.versions.get(number=1).status == VersionStatus.PUBLISHED
    unchanged = published(SMALL["matters"][0] | {"fee": "10元", "effective_on": tomorrow})
    assert (unchanged, MatterVersion.objects.filter(matter=first.matter).count()) == (first, 2)
