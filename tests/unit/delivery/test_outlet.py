"""The one outlet: waits for everything, hands everything over, once."""

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection

from applications.enums import TaskOutcome
from applications.models import Application
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.models import OfficialDocument
from core.services.documents import ensure_rendered
from delivery.models import Delivery, Handover
from delivery.services import outlet

PNG = outlet.PNG_URL + "iVBORw0KGgo="


def hand_over(world, application, **changes):
    answers = {
        "collector_name": "陈晓岚",
        "relation": "self",
        "signature": PNG,
        "place": world.hall,
        "by": world.outlet,
        "now": world.now(),
    }
    return outlet.hand_over(application_id=application.pk, **{**answers, **changes})


@pytest.fixture
def ready(world):
    return world.ready("SCJG-001")


# --- gathering ------------------------------------------------------------------------------------------------------
def test_gather_waits_until_every_member_of_a_bundle_has_its_result(world):
    application = world.accepted("B06")
    world.road.work(world.task(application, matter="SCJG-001"))
    world.carry()

    assert outlet.gather(application_id=application.pk, now=world.now()) is None
    assert not Delivery.objects.filter(application=application).exists()

    world.road.finish_departments(application)
    assert application.delivery.status == "ready"
    assert application.cases.filter(certificate__isnull=False).count() == 2


class FullDisk(InMemoryStorage):
    """Keeps no result; uploads were stored before."""

    def _save(self, name: str, content: object) -> str:
        raise OSError("No space left on device")


@pytest.fixture
def unrendered(world, settings):
    """An application whose result is issued but could not be made, and what brings the disk back."""
    application = world.accepted("SCJG-001")
    working = settings.STORAGES
    settings.STORAGES = {**working, "default": {"BACKEND": f"{__name__}.FullDisk"}}
    world.road.work(world.task(application))
    world.carry()
    yield application, lambda: setattr(settings, "STORAGES", working)
    settings.STORAGES = working


def test_gather_waits_for_a_paper_that_is_not_made_and_goes_on_when_it_is(world, unrendered):
    application, mend = unrendered
    document = application.cases.get().certificate.document
    assert document.last_error == "OSError: No space left on device"
    assert outlet.gather(application_id=application.pk, now=world.now()) is None
    with pytest.raises(Refusal, match="还有事项没有办结"):
        hand_over(world, application)
    page = world.client(world.outlet).get(f"/outlet/{application.number}/").content.decode()
    assert "结果文书正在制作" in page

    mend()
    assert outlet.gather(application_id=application.pk, now=world.now()).status == "ready"
    document.refresh_from_db()
    assert document.receipted_at


def test_gather_leaves_a_paper_that_was_given_up_alone_and_the_page_says_so(world, unrendered):
    application, mend = unrendered
    document = application.cases.get().certificate.document
    OfficialDocument.objects.filter(pk=document.pk).update(failed_at=world.now())
    mend()

    assert outlet.gather(application_id=application.pk, now=world.now()) is None
    page = world.client(world.outlet).get(f"/outlet/{application.number}/").content.decode()
    assert "请联系系统管理员" in page

    document.refresh_from_db()
    ensure_rendered(document=document, now=world.now())
    assert outlet.gather(application_id=application.pk, now=world.now()) is not None


def test_gather_does_nothing_the_second_time(world, ready):
    assert outlet.gather(application_id=ready.pk, now=world.now()) is None
    assert Delivery.objects.filter(application=ready).count() == 1


def test_gather_of_a_result_that_passes_no_window_closes_at_once(world):
    application = world.ready("CLH-001")

    assert application.status == "closed"
    assert application.delivery.way == "electronic"
    assert application.visits.count() == 0


def test_gather_brings_a_denial_to_the_outlet_too(world):
    application = world.accepted("SCJG-001")
    world.road.work(world.task(application), outcome=TaskOutcome.OBJECT, reasons="经营范围不符合规定。")
    world.carry()

    assert application.delivery.status == "ready"
    assert application.cases.get().certificate.kind == "denial"


def test_gather_invites_the_applicant_once(world, ready):
    assert ready.applicant.messages.filter(title="可以取件了").count() == 1


# --- handing over ---------------------------------------------------------------------------------------------------
def test_hand_over_delivers_closes_and_counts_the_visit(world, ready):
    handover = hand_over(world, ready)

    ready.refresh_from_db()
    assert (ready.status, ready.delivery.status) == ("closed", "delivered")
    assert handover.signature == PNG
    assert [(each.causes, each.service_point) for each in ready.visits.all()] == [
        (["collection"], world.hall)
    ]


def test_hand_over_the_second_time_is_refused_and_changes_nothing(world, ready):
    hand_over(world, ready)

    with pytest.raises(Refusal) as refused:
        hand_over(world, ready, collector_name="别人")
    assert refused.value.code == "cannot_hand_over"
    assert ready.delivery.handover.collector_name == "陈晓岚"


def test_hand_over_before_everything_is_ready_is_refused(world):
    application = world.accepted("SCJG-007")

    with pytest.raises(Refusal) as refused:
        hand_over(world, application)
    assert refused.value.code == "not_ready"
    assert application.visits.count() == 0


def test_hand_over_of_what_was_never_accepted_is_not_found(world):
    with pytest.raises(NotFound):
        hand_over(world, world.submitted())


def test_hand_over_of_a_parcel_is_left_to_the_courier(world):
    application = world.ready("SCJG-001", by_courier=True)

    with pytest.raises(Refusal) as refused:
        hand_over(world, application)
    assert refused.value.code == "by_courier"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"collector_name": "别人"}, "not_the_applicant"),
        ({"relation": "legal"}, "relation_mismatch"),
        ({"collector_name": "李建国", "relation": "agent"}, "id_missing"),
    ],
)
def test_hand_over_of_a_persons_results_to_somebody_else_needs_an_identified_agent(
    world, ready, changes, code
):
    with pytest.raises(Invalid) as refused:
        hand_over(world, ready, **changes)
    assert refused.value.code == code
    assert not Handover.objects.exists()


def test_hand_over_to_the_applicant_takes_no_offence_at_blanks(world, ready):
    assert hand_over(world, ready, collector_name=" 陈 晓岚 ").relation == "self"


def test_hand_over_of_an_organisations_results_is_not_to_itself(world):
    application = world.ready("SCJG-001", applicant=world.company)
    with pytest.raises(Invalid) as refused:
        hand_over(world, application, collector_name=world.company.name)
    assert (refused.value.code, refused.value.field) == ("relation_mismatch", "relation")

    assert hand_over(world, application, collector_name="孙丽华", relation="legal").pk


def test_hand_over_by_anybody_but_the_outlet_is_forbidden(world, ready):
    for person in (world.clerk, world.courier, world.decider("SCJG"), world.citizen.user):
        with pytest.raises(Forbidden):
            hand_over(world, ready, by=person)
    assert Application.objects.get(pk=ready.pk).status == "accepted"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"collector_name": " "}, "collector_name"),
        ({"relation": "neighbour"}, "relation"),
        ({"signature": ""}, "signature"),
        ({"signature": "data:text/html;base64,PHNjcmlwdD4="}, "signature"),
        ({"signature": PNG + "A" * outlet.LARGEST_SIGNATURE}, "signature"),
        ({"relation": "agent", "collector_id": "1234"}, "collector_id"),
        ({"relation": "agent", "collector_id": ""}, "collector_id"),
        ({"place": None}, "service_point"),
    ],
)
def test_hand_over_with_bad_input_names_the_field_and_delivers_nothing(world, ready, changes, field):
    with pytest.raises(Invalid) as refused:
        hand_over(world, ready, **changes)

    assert refused.value.field == field
    assert Delivery.objects.get(application=ready).status == "ready"
    assert ready.visits.count() == 0


def test_hand_over_to_an_agent_keeps_the_identity_encrypted(world, ready):
    number = world.other_citizen.id_number
    hand_over(world, ready, relation="agent", collector_name="李建国", collector_id=number)

    with connection.cursor() as cursor:
        cursor.execute("SELECT collector_id FROM delivery_handover")
        stored = cursor.fetchone()[0]
    assert number not in stored
    assert ready.delivery.handover.collector_id == number
