"""Whether an entry can be published as it stands: it can be read, and no rule of law forbids it."""

from typing import Any

from core.errors import Refusal
from matters import checks
from matters.catalogue.content import read_content
from matters.catalogue.fields import Entry, Findings, plain
from matters.catalogue.parsing import ParsedMatter
from matters.catalogue.references import Known, check_matters
from matters.enums import VersionStatus
from matters.models import CatalogueEntry, Department, MainItem, MatterVersion, ServicePoint
from matters.selectors.checking import findings_of

SHOWN = 5


class NotReady(Refusal):
    """The entry says something that cannot be published; `problems` are the sentences, all of them."""

    def __init__(self, code: str, said: str, problems: list[str]) -> None:
        more = f"；另有 {len(problems) - SHOWN} 处" if len(problems) > SHOWN else ""
        super().__init__(code, f"{said}：{'；'.join(one.rstrip('。') for one in problems[:SHOWN])}{more}。")
        self.problems = problems


def parsed(entry: CatalogueEntry) -> ParsedMatter:
    """Return the entry's guide as it can be published; raise NotReady naming everything that cannot be read."""
    read, findings = look_through(entry, entry.content)
    problems = list(dict.fromkeys(sentence for _, sentence in findings.errors))
    if problems:
        raise NotReady("content_invalid", f"内容还有 {len(problems)} 处要改", problems)
    return ParsedMatter(plain(read))


def look_through(entry: CatalogueEntry, content: dict[str, Any]) -> tuple[Entry, Findings]:
    """Return what a content of this entry says, and everything in it that cannot be read as a guide."""
    read, findings = read_content(content)
    check_matters([read], _known(), findings)
    _check_identity(entry, read, findings)
    return read, findings


def lawful(guide: ParsedMatter) -> ParsedMatter:
    """Return the guide if it may be published; raise NotReady naming each rule of law that forbids it, and the mending."""
    found = checks.blocking(findings_of(guide.elements))
    if found:
        problems = [f"{one.what}（{one.how.rstrip('。')}）" for one in found]
        raise NotReady("law_forbids", f"有 {len(problems)} 处不合法定要求，不能锁定", problems)
    return guide


def base_is_current(entry: CatalogueEntry) -> None:
    """Raise Refusal where another version was published since the entry was begun: it would be undone unseen."""
    newest = newest_version(entry.code)
    if newest and newest.pk != entry.base_version_id:
        raise Refusal(
            "base_moved",
            f"起草以后该事项又发布了第 {newest.number} 版，发布本条目会盖掉它。请退回或解锁后撤销，以新版为基础重新起草。",
        )


def newest_version(code: str) -> MatterVersion | None:
    """Return the version of a matter that is in force or waits for its day, the newest of them."""
    status = [VersionStatus.PUBLISHED, VersionStatus.SCHEDULED]
    return MatterVersion.objects.filter(matter__code=code, status__in=status).order_by("-number").first()


def _known() -> Known:
    return Known(
        departments=list(Department.objects.filter(is_active=True).values_list("code", flat=True)),
        matters=(),
        main_items=list(MainItem.objects.values_list("code", flat=True)),
        service_points=list(ServicePoint.objects.values_list("code", flat=True)),
    )


def _check_identity(entry: CatalogueEntry, read: Entry, findings: Findings) -> None:
    """An entry speaks of its own matter and department: a draft cannot give itself another's code."""
    own = {"code": entry.code, "department": entry.department.code}
    for key, value in own.items():
        if read.values.get(key, value) != value:
            findings.wrong(read.place.child(key), f"应当是本条目的“{value}”")
