"""What the slips say was handed in."""

from applications.services import drafts
from core.models import OfficialDocument


def lines_of(application, kind="receipt"):
    slip = OfficialDocument.objects.get(kind=kind, reference=application.number)
    return {each["name"]: each for each in slip.data["materials"]}


def test_receipt_counts_no_paper_for_files_and_for_what_is_spared(world):
    lines = lines_of(world.submitted("B01"))

    assert {each["state"] for each in lines.values()} == {"已收电子件", "免提交", "内部流转", "系统生成"}
    assert {(each["originals"], each["copies"]) for each in lines.values()} == {(0, 0)}


def test_receipt_and_acceptance_count_what_was_taken_in_on_paper(world):
    application = world.accepted("SCJG-009", at_counter=True)
    asked = application.materials.filter(disposition="ask", is_required=True)

    for kind in ("receipt", "acceptance"):
        lines = lines_of(application, kind)
        assert asked.exists()
        for material in asked:
            line = lines[material.name]
            assert (line["originals"], line["copies"], line["state"]) == (
                material.originals,
                material.copies,
                "已收",
            )


def test_receipt_says_for_which_situation_the_materials_were_asked(world):
    draft = world.draft("SCJG-007")
    drafts.answer_situations(
        application_id=draft.pk, answers={"agent": "self"}, by=world.citizen.user, now=world.now()
    )
    slip = OfficialDocument.objects.get(kind="receipt", reference=world.road.submit(draft).number)
    assert slip.data["situation"] == "由谁来办理？本人办理"
