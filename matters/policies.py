"""Rules about the state of matters, asked by whoever acts on them."""

from datetime import datetime

from core.clock import local_date
from core.errors import Refusal
from matters.enums import MatterState
from matters.models import Matter

# What people read of a matter that is not in use, and the code of the refusal to file it.
_HALTED = {
    MatterState.SUSPENDED: ("已暂停办理", "matter_suspended"),
    MatterState.CANCELLED: ("已经取消，不再办理", "matter_cancelled"),
}


def check_in_use(matter: Matter) -> None:
    """Refuse a matter that cannot be applied for now, saying why: never published, suspended, or cancelled."""
    if matter.current is None:
        raise not_published(matter)
    if matter.state == MatterState.IN_USE:
        return
    _, code = _HALTED[MatterState(matter.state)]
    raise Refusal(
        code,
        f"“{matter.current.name}”{halt_words(matter.state, matter.state_since)}："
        f"{sentence(matter.state_reason)}{sentence(what_instead(matter))}",
    )


def halt_words(state: str, since: datetime | None) -> str:
    """Return since when a matter in this state is not to be had: 自2017年11月5日起已经取消，不再办理."""
    said, _ = _HALTED[MatterState(state)]
    return f"自{local_date(since):%Y年%-m月%-d日}起{said}" if since else said


def what_instead(matter: Matter) -> str:
    """Return what an applicant does instead of a matter that is not in use; where nothing was written, whom to ask."""
    department = matter.department
    phone = f"，电话{department.consult_phone}" if department.consult_phone else ""
    return matter.instead or f"如有疑问，请向{department.name}咨询{phone}。"


def sentence(text: str) -> str:
    """Return a text that ends as a sentence does, for another to follow."""
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def not_published(matter: Matter) -> Refusal:
    """Return the refusal of a matter that has no guide yet."""
    return Refusal("matter_not_published", f"事项 {matter.code} 目前没有在用的办事指南，暂不能办理。")
