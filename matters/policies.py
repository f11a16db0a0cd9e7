"""Rules about the state of matters, asked by whoever acts on them."""

from core.clock import local_date
from core.errors import Refusal
from matters.enums import MatterState
from matters.models import Matter


def check_in_use(matter: Matter) -> None:
    """Refuse a matter that cannot be applied for now, saying why: never published, suspended, or cancelled."""
    if matter.current is None:
        raise not_published(matter)
    if matter.state == MatterState.IN_USE:
        return
    since = local_date(matter.state_since).strftime("%Y年%-m月%-d日") if matter.state_since else ""
    said, code = (
        ("已暂停办理", "matter_suspended")
        if matter.state == MatterState.SUSPENDED
        else ("已经取消，不再办理", "matter_cancelled")
    )
    raise Refusal(
        code,
        f"“{matter.current.name}”自{since}起{said}：{matter.state_reason}"
        f"如有疑问，请向{matter.department.name}咨询。",
    )


def not_published(matter: Matter) -> Refusal:
    """Return the refusal of a matter that has no guide yet."""
    return Refusal("matter_not_published", f"事项 {matter.code} 目前没有在用的办事指南，暂不能办理。")
