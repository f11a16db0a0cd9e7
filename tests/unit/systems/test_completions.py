"""What is told when a result is issued: to systems, to heads, to the applicant; each once, by rules that are data."""

import json

import pytest

from core.errors import Forbidden, NotFound, Refusal
from core.models import AuditEntry, Message
from delivery.models import Certificate
from matters.models import Matter
from systems.models import Push, PushRule
from systems.services import completions, rules


def add(world, matter, department, *, kind="inform", next_matter="", **how):
    following = Matter.objects.get(code=next_matter) if next_matter else None
    return rules.add(
        kind=kind,
        matter=Matter.objects.get(code=matter),
        department=world.department(department),
        next_matter=following,
        by=world.administrator,
        now=world.now(),
        **how,
    )


def granted(world, code="SCJG-004", **how) -> Certificate:
    """A result that has been issued and of which everybody has been told."""
    application = world.ready(code, **how)
    return Certificate.objects.get(case__application=application, case__version__matter__code=code)


def to(world, code) -> list[Message]:
    return list(Message.objects.filter(user=world.head(code)))


def to_applicant(certificate) -> list[Message]:
    applicant = certificate.case.application.applicant
    return list(applicant.messages.filter(title=f"取得{certificate.name}以后"))


def test_licence_is_pushed_to_the_tax_bureau_and_the_applicant_is_told(world, tax):
    add(world, "SCJG-004", "SWJ", kind="integrate", advice="纳税人信息已推送，无需另行登记。")
    certificate = granted(world)

    push = Push.objects.get(kind="completion")
    assert (push.system, push.certificate) == (tax.system, certificate)
    said = json.loads(push.payload)
    applicant = certificate.case.application.applicant
    assert said["result"]["number"] == certificate.document.number
    assert said["holder"]["id_number"] == applicant.id_number
    assert said["holder"]["phone"] == applicant.phone
    (message,) = to_applicant(certificate)
    assert "税务局" in message.body
    assert "1. 纳税人信息已推送" in message.body
    assert to(world, "SWJ") == []
    assert push.subject_number == certificate.case.number


def test_told_once_however_often_the_message_comes(world, tax):
    add(world, "SCJG-004", "SWJ", kind="integrate")
    add(world, "SCJG-004", "YCJ")
    certificate = granted(world)
    before = (Push.objects.count(), Message.objects.count(), AuditEntry.objects.count())

    for _ in range(3):
        assert completions.tell(certificate_id=certificate.pk, now=world.now()) is False
    world.carry()
    assert (Push.objects.count(), Message.objects.count(), AuditEntry.objects.count()) == before
    assert len(to(world, "YCJ")) == 1
    with pytest.raises(NotFound):
        completions.tell(certificate_id=999_999_999, now=world.now())


def test_department_without_a_system_is_told_in_the_inbox_of_its_heads_without_private_data(world):
    add(world, "SCJG-004", "YCJ", next_matter="YCJ-001")
    certificate = granted(world)

    (message,) = to(world, "YCJ")
    applicant = certificate.case.application.applicant
    assert certificate.document.number in message.body
    for private in (applicant.id_number, applicant.phone):
        assert private not in message.title + message.body
    assert applicant.name not in message.title
    assert "YCJ-001" in to_applicant(certificate)[0].body
    assert Push.objects.count() == 0


def test_department_that_only_has_to_know_learns_no_private_data(world, tax):
    add(world, "SCJG-004", "SWJ")
    certificate = granted(world)
    applicant = certificate.case.application.applicant
    said = json.loads(Push.objects.get().payload)
    assert said["holder"]["name"] == applicant.name
    for private in (applicant.id_number, applicant.phone, applicant.address):
        assert private not in Push.objects.get().payload


@pytest.mark.parametrize(("keyword", "is_told"), [("", True), ("餐饮", True), ("烟草", False)])
def test_keyword_is_looked_for_in_what_it_is_about(world, keyword, is_told):
    add(world, "SCJG-001", "XFJ", keyword=keyword)
    certificate = granted(world, "SCJG-001", applicant=world.company)  # 江畔餐饮
    assert bool(to(world, "XFJ")) is is_told
    assert bool(to_applicant(certificate)) is is_told


def test_two_rules_of_one_department_make_one_message(world, tax):
    add(world, "SCJG-004", "SWJ", kind="integrate")
    add(world, "SCJG-004", "SWJ")
    granted(world)
    assert json.loads(Push.objects.get().payload)["because"] == ["两证整合", "双告知"]


def test_what_is_part_of_the_application_is_not_told_as_the_next_step(world):
    add(world, "SCJG-001", "SCJG", next_matter="SCJG-007")
    add(world, "SCJG-001", "CGJ", next_matter="CGJ-001")
    application = world.ready("B06", applicant=world.company)
    certificate = Certificate.objects.get(
        case__application=application, case__version__matter__code="SCJG-001"
    )
    (message,) = to_applicant(certificate)
    assert "SCJG-007" not in message.body
    assert "1. 办理" in message.body


def test_denial_and_matters_without_rules_tell_nobody(world, tax):
    add(world, "SCJG-004", "SWJ")
    other = granted(world, "SCJG-007")
    application = world.accepted("SCJG-004")
    world.road.work(world.task(application), outcome="object")
    world.carry()
    denial = Certificate.objects.get(case__application=application)

    assert other.next_attempt_at is None
    assert other.receipted_at
    assert (denial.next_attempt_at, denial.receipted_at) == (None, None)
    assert Push.objects.count() == 0


def test_rule_that_ended_or_begins_later_tells_nobody(world):
    ended = add(world, "SCJG-004", "YCJ")
    rules.end(rule_id=ended.pk, by=world.administrator, now=world.now())
    certificate = granted(world)
    assert to(world, "YCJ") == []
    add(world, "SCJG-004", "YCJ")  # the same again, and what was issued before it stays untold
    assert completions.tell(certificate_id=certificate.pk, now=world.now()) is False


def test_rules_are_for_administrators_and_stand_once(world):
    rule = add(world, "SCJG-004", "SWJ", kind="integrate")
    with pytest.raises(Refusal, match="已经有了"):
        add(world, "SCJG-004", "SWJ", kind="integrate")
    with pytest.raises(Forbidden):
        rules.end(rule_id=rule.pk, by=world.head("SWJ"), now=world.now())
    rules.end(rule_id=rule.pk, by=world.administrator, now=world.now())
    with pytest.raises(Refusal, match="已经停用"):
        rules.end(rule_id=rule.pk, by=world.administrator, now=world.now())


def test_page_lists_adds_and_ends_rules(world):
    client, head = world.client(world.administrator), world.client(world.head("SWJ"))
    path = "/desk/systems/rules/"
    sent = {
        "kind": "inform",
        "matter": Matter.objects.get(code="SCJG-001").pk,
        "keyword": "餐饮",
        "department": world.department("XFJ").pk,
        "next_matter": Matter.objects.get(code="XFJ-001").pk,
    }
    assert client.post(path, {**sent, "matter": ""}).status_code == 422
    assert client.post(path, sent).status_code == 302
    assert client.post(path, sent).status_code == 422
    page = head.get(path).content.decode()
    assert "餐饮" in page
    assert "添加规则" not in page
    assert head.post(path, {**sent, "keyword": "烟"}).status_code in (403, 422)
    rule = PushRule.objects.get()
    assert head.post(f"{path}{rule.pk}/end/").status_code == 403
    assert client.post(f"{path}{rule.pk}/end/").status_code == 302
    assert "还没有规则" in head.get(path).content.decode()
