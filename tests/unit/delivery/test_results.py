"""Results: one for each decided case, numbered, once; what waited for it starts."""

import pytest

from delivery.models import Certificate
from delivery.services import printing, results


def test_issue_twice_makes_one_result(world):
    application = world.ready("SCJG-001")
    case = application.cases.get()

    assert results.issue(case_id=case.pk, now=world.now()) is None
    assert Certificate.objects.filter(case=case).count() == 1


def test_issue_before_the_decision_does_nothing(world):
    case = world.accepted("SCJG-007").cases.get()

    assert results.issue(case_id=case.pk, now=world.now()) is None
    assert not Certificate.objects.exists()


def test_issue_starts_the_case_that_waited_for_it(world):
    application = world.accepted("B06")
    first, second = application.cases.order_by("order")
    assert second.status == "waiting"
    world.road.work(world.task(application, matter="SCJG-001"))
    world.carry()

    second.refresh_from_db()
    assert second.status == "in_review"
    assert first.certificate.document.number


@pytest.mark.parametrize(("code", "kind"), [("SCJG-001", "certificate"), ("CLH-001", "record")])
def test_issue_makes_the_kind_the_matter_ends_with(world, code, kind):
    assert world.ready(code).cases.get().certificate.kind == kind


def test_printing_together_makes_one_pdf_of_all_results(world):
    application = world.ready("B06")
    documents = [case.certificate.document for case in application.cases.order_by("order")]
    whole = printing.together(
        documents=documents, reference=application.number, by=world.outlet, now=world.now()
    )

    assert whole.startswith(b"%PDF")
    for document in documents:
        document.refresh_from_db()
        assert document.sha256
