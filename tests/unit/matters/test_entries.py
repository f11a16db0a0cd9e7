"""The acts on catalogue entries: who says what, what is asked for, and what leaves no trace."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.clock import local_date
from core.errors import Forbidden, NotFound
from matters.enums import EntryStage, EntryState, MatterState, Role, Verdict
from matters.models import CatalogueEntry, EntryReview, Matter, MatterVersion, ReverseAnalysis
from matters.services import versions
from matters.services.entries import drafting, office, readiness, reviewing
from tests.entries import MEETING, Entries
from tests.proof import everything, refused


@pytest.fixture
def entries(world):
    return Entries(world)


def again(entry) -> CatalogueEntry:
    return CatalogueEntry.objects.get(pk=entry.pk)


# --- 部门上报 -------------------------------------------------------------------------------------------------------


def test_start_begins_with_the_newest_version(entries, world):
    entry = drafting.start(code="WJJ-001", **entries.who(entries.editor))
    version = world.version("WJJ-001")
    assert (entry.content, entry.base_version, entry.revision) == (version.content, version, 0)
    assert entry.state == EntryState.DRAFT


def test_start_of_a_new_matter_names_its_department(entries, world):
    department = world.department("WJJ")
    entry = drafting.start(code="WJJ-900", department=department, **entries.who(entries.editor))
    assert entry.content == {"code": "WJJ-900", "department": "WJJ"}
    with refused("department_missing"):
        drafting.start(code="WJJ-901", **entries.who(entries.editor))
    for code in ("", "卫健-1", "x" * 51, "a b"):
        with refused("code_invalid"):
            drafting.start(code=code, department=department, **entries.who(entries.editor))


def test_start_once_while_an_entry_is_open(entries):
    first = entries.draft()
    with refused("entry_open"):
        entries.draft()
    drafting.withdraw(entry_id=first.pk, reason="不改了", **entries.who(entries.editor))
    assert entries.draft().pk != first.pk


def test_start_by_an_editor_of_the_department_only(entries, world):
    for person in (world.cast.user("scjg.editor"), entries.head, entries.office, world.citizen.user):
        with pytest.raises(Forbidden):
            drafting.start(code="WJJ-001", **entries.who(person))


def test_submit_says_what_cannot_be_read(entries):
    entry = entries.draft(max_trips="一次", exercise_level=99)
    with refused("content_invalid") as caught:
        entries.submit(entry)
    assert len(caught.refusal.problems) == 2
    assert "到办事现场次数：应当是整数" in caught.refusal.message


def test_submit_with_another_matters_identity(entries):
    entry = entries.draft(code="SCJG-001", department="SCJG")
    with refused("content_invalid") as caught:
        entries.submit(entry)
    assert "WJJ-001" in caught.refusal.message


def test_submit_marks_a_special_matter(entries, world):
    assert entries.submit(entries.draft(deliberation_required=True)).special
    assert Entries(world, "WJJ-002").draft().special is False


@pytest.mark.parametrize("reason", ["", "  \n", "\0"])
def test_every_verdict_has_a_reason(entries, reason):
    entry = entries.draft()
    with refused("reason_missing"):
        drafting.submit(entry_id=entry.pk, reason=reason, **entries.who(entries.editor))
    entries.submit(entry)
    with refused("reason_missing"):
        reviewing.review(entry_id=entry.pk, verdict="pass", reason=reason, **entries.who(entries.group1))


def test_act_on_an_entry_that_is_not_there(entries):
    with pytest.raises(NotFound):
        drafting.submit(entry_id=0, reason="无", **entries.who(entries.editor))


# --- 小组初审，双人交叉 -----------------------------------------------------------------------------------------------


def test_review_needs_two_people(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    assert entries.review(entry, entries.group1).state == EntryState.GROUP_REVIEW
    with refused("reviewed_already"):
        entries.review(entry, entries.group1)
    assert entries.review(entry, entries.group2).state == EntryState.JOINT_REVIEW
    said = entry.reviews.filter(stage=EntryStage.GROUP).values_list("reviewer", "reason", "at")
    assert {(who, reason) for who, reason, _ in said} == {
        (person.pk, f"{person.name}的理由") for person in (entries.group1, entries.group2)
    }
    assert all(at for *_, at in said)


def test_review_by_whoever_submitted(entries):
    editor = entries.give(entries.editor, Role.CATALOGUE_REVIEWER)
    entry = entries.at(EntryState.GROUP_REVIEW)
    with refused("own_submission"):
        entries.review(entry, editor)


@pytest.mark.parametrize("verdicts", [("return", "pass"), ("pass", "return"), ("return", "return")])
def test_review_tells_the_department_everything_at_once(entries, verdicts):
    entry = entries.at(EntryState.GROUP_REVIEW)
    first = entries.review(entry, entries.group1, verdicts[0])
    assert (first.state, first.round) == (EntryState.GROUP_REVIEW, 1)
    second = entries.review(entry, entries.group2, verdicts[1])
    assert (second.state, second.round) == (EntryState.DRAFT, 2)
    assert entry.reviews.filter(round=1, stage=EntryStage.GROUP).count() == 2


def test_next_round_is_reviewed_anew_by_both(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    entries.review(entry, entries.group1)
    entries.review(entry, entries.group2, Verdict.RETURN)
    entries.submit(entry)
    assert entries.review(entry, entries.group1).state == EntryState.GROUP_REVIEW
    assert entries.review(entry, entries.group2).state == EntryState.JOINT_REVIEW


def _raw(entry, by, **changes) -> EntryReview:
    values = {
        "entry": entry,
        "round": entry.round,
        "revision": entry.revision,
        "stage": EntryStage.GROUP,
        "verdict": Verdict.PASS,
        "reviewer": by,
        "submitter": entry.submitted_by,
        "reason": "理由",
        "at": entry.submitted_at,
    }
    return EntryReview.objects.create(**{**values, **changes})


def test_database_takes_no_review_that_breaks_the_rules(entries, world):
    entry = entries.at(EntryState.GROUP_REVIEW)
    _raw(entry, entries.group1)
    bad = [
        ("reviewed_once_by_each", entries.group1, {}),
        ("reviewer_is_not_submitter", entries.editor, {}),
        ("as it is", entries.group2, {"submitter": world.clerk}),
        ("as it is", entries.group2, {"round": 2}),
        ("as it is", entries.group2, {"revision": 7}),
        ("says_why", entries.group2, {"reason": " \n"}),
        ("meeting_was_held", entries.office, {"stage": EntryStage.MEETING}),
        ("does not confirm", entries.group1, {"stage": EntryStage.CONFIRMATION}),
    ]
    for constraint, by, changes in bad:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            _raw(entry, by, **changes)


def test_database_lets_one_reviewer_open_no_stage(entries):
    entry = entries.at(EntryState.GROUP_REVIEW)
    rows = CatalogueEntry.objects.filter(pk=entry.pk)
    _raw(entry, entries.group1)
    with pytest.raises(IntegrityError, match="on record"), transaction.atomic():
        rows.update(state=EntryState.JOINT_REVIEW)
    _raw(entry, entries.group2)
    assert rows.update(state=EntryState.JOINT_REVIEW) == 1


# --- 会议联审 -------------------------------------------------------------------------------------------------------


def test_joint_review_needs_the_reverse_analysis(entries):
    entry = entries.at(EntryState.JOINT_REVIEW)
    ReverseAnalysis.objects.filter(entry=entry).delete()
    with refused("analysis_missing"):
        entries.meet(entry)
    assert entries.meet(entry, Verdict.RETURN).state == EntryState.DRAFT


def test_joint_review_records_who_was_there(entries, world):
    entry = entries.at(EntryState.JOINT_REVIEW)
    today = local_date(world.now())
    meeting = {"entry_id": entry.pk, "verdict": "pass", "reason": "同意", **entries.who(entries.office)}
    with refused("too_few_participants"):
        reviewing.joint_review(held_on=today, participants=["朱审管", " 朱审管 ", ""], **meeting)
    with refused("held_before"):
        reviewing.joint_review(held_on=today - timedelta(days=1), participants=MEETING, **meeting)
    with refused("not_held_yet"):
        reviewing.joint_review(held_on=today + timedelta(days=1), participants=MEETING, **meeting)
    reviewing.joint_review(held_on=today, participants=MEETING, **meeting)
    said = entry.reviews.get(stage=EntryStage.MEETING)
    assert (said.held_on, tuple(said.participants)) == (today, MEETING)


# --- 逆向分析 -------------------------------------------------------------------------------------------------------


def test_analyse_takes_the_place_of_what_stood_there(entries):
    entry = entries.draft()
    entries.analyse(entry)
    measures = [reviewing.Measure("time", 10, 10, "不变"), reviewing.Measure("levels", 3, 1, "下放")]
    said = reviewing.analyse(
        entry_id=entry.pk,
        feasibility="3",
        obstacles="省级系统未通",
        measures=measures,
        **entries.who(entries.group1),
    )
    assert ReverseAnalysis.objects.get(entry=entry) == said
    assert [(one.kind, one.before - one.after) for one in said.measures.all()] == [("time", 0), ("levels", 2)]


def test_analyse_refuses_measures_that_add_or_are_missing(entries):
    entry = entries.draft()
    asked = {"entry_id": entry.pk, "feasibility": "2", "obstacles": "", **entries.who(entries.editor)}
    with refused("measure_adds"):
        reviewing.analyse(measures=[reviewing.Measure("time", 3, 4, "更久")], **asked)
    with refused("measures_missing"):
        reviewing.analyse(measures=[], **asked)


def test_analyse_by_others_or_too_late(entries, world):
    entry = entries.at(EntryState.CONFIRMATION)
    asked = {"entry_id": entry.pk, "feasibility": "1", "obstacles": "", "measures": []}
    with refused("cannot_analyse"):
        reviewing.analyse(**asked, **entries.who(entries.office))
    with pytest.raises(Forbidden):
        reviewing.analyse(**asked, **entries.who(world.cast.user("scjg.editor")))


# --- 部门确认 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["head", "editor"])
def test_confirm_by_head_or_editor(entries, who):
    entry = entries.at(EntryState.CONFIRMATION)
    people = {
        "head": entries.head,
        "editor": entries.give(entries.world.cast.user("gaj.editor"), Role.EDITOR, "WJJ"),
    }
    confirmed = reviewing.confirm(
        entry_id=entry.pk, verdict="pass", reason="同意", **entries.who(people[who])
    )
    assert confirmed.state == EntryState.RECHECK


def test_confirm_by_the_submitter(entries):
    entry = entries.at(EntryState.CONFIRMATION)
    with refused("own_submission"):
        reviewing.confirm(entry_id=entry.pk, verdict="pass", reason="同意", **entries.who(entries.editor))


def test_confirm_by_a_reviewer_of_this_round(entries):
    entries.head = entries.group1 = entries.give(
        entries.give(entries.group1, Role.HEAD, "WJJ"), Role.EDITOR, "WJJ"
    )
    entry = entries.at(EntryState.CONFIRMATION)
    with refused("reviewed_already"):
        entries.confirm(entry)


def test_confirm_may_take_the_entry_back(entries):
    entry = entries.confirm(entries.at(EntryState.CONFIRMATION), Verdict.RETURN)
    assert (entry.state, entry.round) == (EntryState.DRAFT, 2)


# --- 集体会商，再审锁定 ----------------------------------------------------------------------------------------------


def test_lock_of_a_special_matter_needs_a_deliberation_that_agreed(entries):
    entry = entries.at(EntryState.RECHECK, deliberation_required=True)
    with refused("deliberation_missing"):
        entries.lock(entry)
    _raw(entry, entries.office, stage=EntryStage.RECHECK)
    with pytest.raises(IntegrityError, match="on record"), transaction.atomic():
        CatalogueEntry.objects.filter(pk=entry.pk).update(
            state="locked", locked_at=entry.submitted_at, locked_by=entries.office
        )
    entries.deliberate(entry, Verdict.RETURN)
    with refused("deliberation_missing"):
        entries.lock(entry)
    with refused("deliberated_already"):
        entries.deliberate(entry)
    office.return_to_department(entry_id=entry.pk, reason="会商不同意", **entries.who(entries.office))
    assert again(entry).round == 2


def test_deliberation_of_an_earlier_round_does_not_count(entries):
    entry = entries.at(EntryState.RECHECK, deliberation_required=True)
    entries.deliberate(entry)
    office.return_to_department(entry_id=entry.pk, reason="再改一处", **entries.who(entries.office))
    entries.submit(entry)
    entries._both(entry)
    entries.meet(entry)
    entries.confirm(entry)
    with refused("deliberation_missing"):
        entries.lock(entry)
    entries.deliberate(entry)
    assert entries.lock(entry).state == EntryState.LOCKED


def test_deliberation_takes_three(entries, world):
    entry = entries.at(EntryState.JOINT_REVIEW, deliberation_required=True)
    with refused("too_few_participants"):
        reviewing.deliberate(
            entry_id=entry.pk,
            verdict="pass",
            minutes="同意",
            held_on=local_date(world.now()),
            participants=["甲", "乙", "甲"],
            **entries.who(entries.office),
        )


def test_lock_names_the_rule_of_law_and_the_mending(entries):
    entry = entries.at(EntryState.RECHECK, acceptance_conditions=[])
    with refused("law_forbids") as caught:
        entries.lock(entry)
    assert "没有写受理条件" in caught.refusal.message
    assert "材料齐全" in caught.refusal.problems[0]


def test_lock_names_a_promise_the_process_cannot_keep(entries):
    entry = entries.at(EntryState.RECHECK, max_trips=2)
    with refused("law_forbids"):
        entries.lock(entry)


def test_lock_after_another_version_was_published(entries, world):
    entry = entries.at(EntryState.RECHECK)
    other = {**world.version("WJJ-001").content, "note": "由导入发布"}
    versions.publish(
        [readiness.parsed(CatalogueEntry(code="WJJ-001", department=entry.department, content=other))],
        by=None,
        now=world.now(),
    )
    with refused("base_moved") as caught:
        entries.lock(entry)
    assert "第 2 版" in caught.refusal.message


def test_unlock_begins_a_new_entry_that_goes_the_whole_way(entries):
    entry = entries.at(EntryState.LOCKED)
    fresh = office.unlock(entry_id=entry.pk, reason="写错了", **entries.who(entries.office))
    assert again(entry).state == EntryState.UNLOCKED
    assert (fresh.state, fresh.content, fresh.round) == (EntryState.DRAFT, entry.content, 1)
    assert fresh.reviews.count() == 0
    entries.submit(fresh)


# --- 一个动作，要么全做，要么不做 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("draft", "submit"),
        ("joint_review", "meet"),
        ("confirmation", "confirm"),
        ("recheck", "lock"),
    ],
)
def test_act_leaves_nothing_when_the_trail_cannot_be_written(entries, state, act):
    entry = entries.at(state)
    with connection.cursor() as cursor:  # undone with the test's transaction
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE core_auditentry ADD CONSTRAINT full_up CHECK (act NOT LIKE 'catalogue%') NOT VALID"
        )
    before = everything()
    with pytest.raises(IntegrityError, match="full_up"), transaction.atomic():
        getattr(entries, act)(entry)
    assert everything() == before


def test_matters_of_a_locked_entry_are_as_before(entries, world):
    """Nothing of a draft is seen in the catalogue before its batch is published."""
    before = list(MatterVersion.objects.values_list("pk", "status"))
    entries.at(EntryState.COMMENT)
    assert list(MatterVersion.objects.values_list("pk", "status")) == before
    assert Matter.objects.get(code="WJJ-001").state == MatterState.IN_USE
    assert world.version("WJJ-001").number == 1
