"""Templates (事项模板), and who follows which version of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from core.errors import NotFound
from core.models import User
from matters.catalogue.content import elements, elements_of
from matters.catalogue.parsing import Values
from matters.checks.deviations import Deviation, deviations
from matters.enums import Role, VersionStatus
from matters.models import MatterTemplate, MatterVersion
from matters.permissions import require
from matters.selectors.keeping import kept


@dataclass(frozen=True)
class Adoption:
    """That a guide follows a template: which version, the newest number there is, and where the guide says otherwise."""

    template: MatterTemplate
    newest: int
    deviations: Sequence[Deviation]

    @property
    def lags(self) -> bool:
        """Return whether a newer version of the template has been issued."""
        return self.newest > self.template.number


@dataclass(frozen=True)
class TemplateUse:
    """The newest version of a template, who follows it, and who could: matters of its name or basic code that do not."""

    template: MatterTemplate
    adopters: list[MatterVersion] = field(default_factory=list)
    others: list[MatterVersion] = field(default_factory=list)

    @property
    def lagging(self) -> list[MatterVersion]:
        """Return the guides that follow an older version of it."""
        return [one for one in self.adopters if (one.template_version or 0) < self.template.number]


def newest_templates() -> QuerySet[MatterTemplate]:
    """Return the newest version of each template, by code."""
    newer = MatterTemplate.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return MatterTemplate.objects.exclude(Exists(newer)).order_by("code")


def newest_of(code: str) -> MatterTemplate | None:
    """Return the newest version of a template; None where there is none of this code."""
    return MatterTemplate.objects.filter(code=code).order_by("-number").first()


def templates(*, viewer: User, q: str = "") -> QuerySet[MatterTemplate]:
    """Return the newest version of each template, narrowed by code or name, for those who keep the catalogue."""
    require(viewer, Role.EDITOR, Role.OFFICE)
    found = newest_templates()
    return found.filter(Q(code__icontains=q) | Q(name__icontains=q)) if q else found


def template_versions(*, viewer: User, code: str) -> list[MatterTemplate]:
    """Return every version of a template, the newest first; NotFound for an unknown code."""
    require(viewer, Role.EDITOR, Role.OFFICE)
    found = list(MatterTemplate.objects.filter(code=code).order_by("-number"))
    if not found:
        raise NotFound(f"没有编码为“{code}”的模板，请从列表里选择。", code="template_unknown")
    return found


def uses_of(templates: Iterable[MatterTemplate], *, viewer: User) -> list[TemplateUse]:
    """Return who follows each of these templates, and who could, among the matters that a viewer keeps."""
    uses = {one.code: TemplateUse(one) for one in templates}
    in_use = kept(viewer=viewer).filter(status=VersionStatus.PUBLISHED).order_by("matter__code")
    in_use = in_use.select_related("matter__department").annotate(basic=KT("content__catalog_code"))
    for version in in_use.filter(template__in=uses):
        uses[version.template].adopters.append(version)
    names = {one.template.name for one in uses.values()}
    codes = {code for one in uses.values() if (code := one.template.content.get("catalog_code"))}
    strangers = in_use.exclude(template__in=uses).defer("content")
    could = {version.pk: version for version in strangers.filter(name__in=names)}
    could |= {version.pk: version for version in strangers.filter(basic__in=codes)}
    for use in uses.values():
        own = (use.template.name, use.template.content.get("catalog_code"))
        use.others.extend(
            one for one in could.values() if one.name == own[0] or (one.basic and one.basic == own[1])
        )
    return list(uses.values())


def adoption_of(version: MatterVersion) -> Adoption | None:
    """Return which template a version follows and where it departs from it; None where it follows none that is known."""
    return _adoption(elements_of(version))


def adoption_in(content: dict[str, Any]) -> Adoption | None:
    """Return the same of a draft's content."""
    return _adoption(elements(content))


def _adoption(values: Values) -> Adoption | None:
    code, number = values.get("template"), values.get("template_version")
    versions = MatterTemplate.objects.filter(code=code).order_by("-number") if code else ()
    by_number = {one.number: one for one in versions}
    template = by_number.get(number or 0)
    if template is None:
        return None
    return Adoption(template, max(by_number), deviations(template.content, values))


def offered_for(content: dict[str, Any]) -> list[MatterTemplate]:
    """Return the templates that a draft may adopt: those of its own name or basic code first, the rest by code."""
    name, basic = content.get("name"), content.get("catalog_code")
    own = (content.get("template"), content.get("template_version"))
    newest = newest_templates().defer("content").annotate(basic=KT("content__catalog_code"))
    found = [one for one in newest if (one.code, one.number) != own]
    fits = [one for one in found if one.name == name or (basic and one.basic == basic)]
    return [*fits, *(one for one in found if one not in fits)]
