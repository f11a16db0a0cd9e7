"""Bringing in templates (事项模板): all of a file or nothing, and the second time nothing."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from core import audit
from core.models import User
from matters.catalogue.parsing import NotACatalogue
from matters.enums import Role
from matters.exchange.files import LARGEST_FILE, MIB, decoded
from matters.exchange.templates import ParsedTemplate, parse_templates
from matters.models import MatterTemplate
from matters.permissions import require
from matters.services.catalogue_import import CatalogueRefused, one_import_at_a_time


@dataclass
class TemplateReport:
    """What an import added and what was there already, as `code 第 n 版`."""

    dry_run: bool
    created: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def text_of(data: bytes, name: str) -> str:
    """Return the text of a file of templates; refuse one that is too large, or in no encoding we read, by name."""
    if len(data) > LARGEST_FILE:
        said = f"{name} 有 {len(data) // MIB} MB，最大 {LARGEST_FILE // MIB} MB，请拆开导入"
        raise CatalogueRefused([said])
    try:
        return decoded(data, "auto", name)
    except NotACatalogue as refused:
        raise CatalogueRefused(refused.problems) from None


def import_templates(*, text: str, by: User | None, now: datetime, dry_run: bool = False) -> TemplateReport:
    """Load a JSON file of templates in one transaction; a version that is there already stays as it is.

    `by` is None for the command line; others need the post of the office. Raises CatalogueRefused naming every fault,
    also where the file says something else of a version that was brought in before; a dry run stores nothing.
    """
    if by is not None:
        require(by, Role.OFFICE, Role.ADMINISTRATOR)
    try:
        parsed = parse_templates(text)
    except NotACatalogue as refused:
        raise CatalogueRefused(refused.problems, refused.faults) from None
    report = TemplateReport(dry_run)
    with transaction.atomic():
        one_import_at_a_time()
        known = {(one.code, one.number): one.digest for one in MatterTemplate.objects.defer("content")}
        _refuse_changed(parsed, known)
        for one in parsed:
            name = f"{one.identity[0]} 第 {one.identity[1]} 版"
            if one.identity in known:
                report.unchanged.append(name)
                continue
            _add(one, by, now)
            report.created.append(name)
        transaction.set_rollback(dry_run)
    return report


def _refuse_changed(parsed: list[ParsedTemplate], known: dict[tuple[str, int], str]) -> None:
    changed = [one for one in parsed if known.get(one.identity, one.digest) != one.digest]
    if changed:
        raise CatalogueRefused(
            [
                f"模板“{one.identity[0]}”第 {one.identity[1]} 版已经导入，内容不能再改；改动请作为新的一版导入"
                for one in changed
            ]
        )


def _add(parsed: ParsedTemplate, by: User | None, now: datetime) -> None:
    head = {**parsed.head, "issued_on": date.fromisoformat(parsed.head["issued_on"])}
    row = MatterTemplate.objects.create(
        **head,
        name=parsed.content["name"],
        content=parsed.content,
        digest=parsed.digest,
        imported_at=now,
        imported_by=by,
    )
    audit.record(by=by, now=now, act="add_template", on=row, code=row.code, number=row.number)
