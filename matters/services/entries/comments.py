"""What the public says of a batch, and what it is answered."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.clock import local_date
from core.codes import validate_mobile
from core.errors import NotFound, Refusal
from core.models import User
from core.services.notices import send_sms
from matters.enums import BatchState, Role
from matters.models import CatalogueBatch, CatalogueEntry, PublicComment
from matters.permissions import require
from matters.services.entries.acts import said

PUBLIC = "公众"


@transaction.atomic
def comment(
    *,
    batch_id: int,
    entry_id: int | None,
    author_name: str,
    contact: str,
    text: str,
    now: datetime,
) -> PublicComment:
    """Take down what somebody says of a batch or of one entry in it, until its last day ends.

    Anybody may, without an account. A mobile number may be left: it is told when there is an answer, is kept
    encrypted and shown to nobody.
    """
    contact = validate_mobile(contact, field="contact") if contact.strip() else ""
    batch = CatalogueBatch.objects.select_for_update(no_key=True).filter(pk=batch_id).first()
    if batch is None or batch.state == BatchState.PREPARING:
        raise NotFound("没有找到这个公示批次，请回到公示列表。")
    if batch.state != BatchState.COMMENT or local_date(now) > batch.comment_until:
        raise Refusal("comment_closed", "这一批次的公示已经截止，不再收集意见；您可以拨打 12345 反映。")
    entry = _entry_of(batch, entry_id)
    found = PublicComment.objects.create(
        batch=batch,
        entry=entry,
        author_name=said(author_name, field="author_name", what="您的称呼")[:100],
        contact=contact,
        text=said(text, field="text", what="意见"),
        at=now,
    )
    audit.record(by=None, label=PUBLIC, now=now, act="comment_on_batch", on=found, number=batch.number)
    return found


@transaction.atomic
def answer(*, comment_id: int, answer: str, by: User, now: datetime) -> PublicComment:
    """Answer a comment for everybody to read, and tell whoever left a number; only the office may, and once."""
    require(by, Role.OFFICE)
    found = PublicComment.objects.select_for_update(no_key=True).filter(pk=comment_id).first()
    if found is None:
        raise NotFound("没有找到这条意见，请刷新页面。")
    if found.answered_at:
        raise Refusal("answered_already", "这条意见已经答复过，请刷新页面查看。")
    found.answer, found.answered_at, found.answered_by = said(answer, field="answer", what="答复"), now, by
    found.save(update_fields=["answer", "answered_at", "answered_by"])
    if found.contact:
        send_sms(
            phone=found.contact, text=f"您对{found.batch.name}的意见已答复，请到“办事清单公示”查看。", now=now
        )
    audit.record(by=by, now=now, act="answer_comment", on=found, number=found.batch.number)
    return found


def _entry_of(batch: CatalogueBatch, entry_id: int | None) -> CatalogueEntry | None:
    if entry_id is None:
        return None
    entry = batch.entries.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("没有找到您要评论的事项，请回到公示页重新选择。")
    return entry
