"""What the office does with an entry that review and department have passed: lock it, or give it back (再审锁定)."""

from datetime import datetime

from django.db import transaction

from core.errors import Refusal
from core.models import User
from matters import publishing
from matters.enums import Verdict
from matters.models import CatalogueEntry
from matters.services.entries import drafting, readiness
from matters.services.entries.acts import give_verdict, lock_entry, not_the_submitter, send_back


@transaction.atomic
def lock(*, entry_id: int, reason: str, by: User, now: datetime) -> CatalogueEntry:
    """Lock an entry after the last look at it: nobody edits it any more (再审锁定).

    Only the office may, and not who submitted. Raises Refusal `deliberation_missing` for a special matter without a
    deliberation that agreed in this round, `base_moved` where the matter changed meanwhile, and NotReady where the
    guide cannot be read or a rule of law forbids it.
    """
    entry = lock_entry(entry_id)
    publishing.check(entry, "lock", by=by)
    not_the_submitter(entry, by)
    _deliberated(entry)
    readiness.base_is_current(entry)
    readiness.lawful(readiness.parsed(entry))
    given = give_verdict(entry, Verdict.PASS, reason=reason, by=by, now=now)
    publishing.make(entry, "lock", by=by, now=now, note=given.reason, locked_at=now, locked_by=by)
    return entry


@transaction.atomic
def return_to_department(*, entry_id: int, reason: str, by: User, now: datetime) -> CatalogueEntry:
    """Give an entry back from the last look at it, saying why; the department begins a new round.

    Review, meeting and confirmation give back with their own verdicts.
    """
    entry = lock_entry(entry_id)
    publishing.check(entry, "lock", by=by)
    not_the_submitter(entry, by)
    given = give_verdict(entry, Verdict.RETURN, reason=reason, by=by, now=now)
    send_back(entry, by=by, now=now, note=given.reason)
    return entry


@transaction.atomic
def unlock(*, entry_id: int, reason: str, by: User, now: datetime) -> CatalogueEntry:
    """End a locked entry and return the new one that begins with what it said; it goes the whole way again.

    An entry open for comment leaves its batch.
    """
    entry = lock_entry(entry_id)
    publishing.check(entry, "unlock", by=by)
    not_the_submitter(entry, by)
    given = give_verdict(entry, Verdict.RETURN, reason=reason, by=by, now=now)
    publishing.make(entry, "unlock", by=by, now=now, note=given.reason)
    return drafting.begin_again(entry, by=by, now=now)


def _deliberated(entry: CatalogueEntry) -> None:
    if not entry.special:
        return
    if not entry.deliberations.filter(round=entry.round, verdict=Verdict.PASS).exists():
        raise Refusal(
            "deliberation_missing",
            "这是特殊事项，本轮还没有同意的集体会商记录，不能锁定。请先记录集体会商，或退回部门。",
        )
