"""What the publish checks find in the published catalogue; found once for each content, and then remembered."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import islice

from django.core.cache import cache
from django.db.models import F, QuerySet

from core.models import User
from matters.bundling import Composition, check_bundle
from matters.catalogue.content import elements
from matters.catalogue.parsing import Values
from matters.checks import CHECKS, Context, Finding, check, fingerprint
from matters.enums import Role, VersionStatus
from matters.exchange.stored import IN_FORCE_OR_TO_COME, newest_versions
from matters.models import Bundle, Department, Material, MatterTemplate, MatterVersion
from matters.permissions import require
from matters.selectors.bundled import bundles
from matters.selectors.keeping import catalogue

REMEMBERED_SECONDS = 7 * 24 * 3600
_AT_ONCE = 200
Templates = Mapping[str, Mapping[int, Values]]  # contents of templates, by code and number


@dataclass(frozen=True)
class Checked:
    """A version and what the checks find in it, the gravest first."""

    version: MatterVersion
    findings: list[Finding]


@dataclass(frozen=True)
class CheckedBundle:
    """A bundle in use and what the checks find in it, the gravest first."""

    bundle: Bundle
    findings: list[Finding]


class Surroundings:
    """What matters know of each other and of templates, read with five queries whatever the size of the catalogue."""

    @cached_property
    def _departments(self) -> dict[str, Department]:
        return {one.code: one for one in Department.objects.all()}

    @cached_property
    def _others(self) -> list[tuple[int, str, str, str, str]]:
        versions = MatterVersion.objects.filter(status__in=IN_FORCE_OR_TO_COME).order_by("matter__code")
        return list(
            versions.values_list(
                "pk", "matter__code", "matter__department__code", "name", F("content__task_code")
            )
        )

    @cached_property
    def _by_task_code(self) -> Mapping[str, list[str]]:
        codes = defaultdict(list)
        for _, code, _, _, task_code in self._others:
            codes[task_code].append(code)
        return codes

    @cached_property
    def _task_codes(self) -> Mapping[int, str]:
        return {version: task_code or "" for version, _, _, _, task_code in self._others}

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], list[str]]:
        codes = defaultdict(list)
        for _, code, department, name, _ in self._others:
            codes[department, name].append(code)
        return codes

    @cached_property
    def _sharing(self) -> Mapping[str, list[str]]:
        codes = defaultdict(list)
        shared = Material.objects.filter(shared_data=True, version__status=VersionStatus.PUBLISHED)
        for key, code in shared.order_by("version__matter__code").values_list("key", "version__matter__code"):
            codes[key].append(code)
        return codes

    @cached_property
    def _templates(self) -> Templates:
        """The templates that what is in force or to come follows."""
        followed = MatterVersion.objects.filter(status__in=IN_FORCE_OR_TO_COME).exclude(template="")
        return _contents_of(MatterTemplate.objects.filter(code__in=followed.values("template")))

    @cached_property
    def _asked(self) -> Mapping[int, list[str]]:
        keys = defaultdict(list)
        asked = Material.objects.filter(shared_data=False, version__status__in=IN_FORCE_OR_TO_COME)
        for version, key in asked.order_by("version_id", "order").values_list("version_id", "key"):
            keys[version].append(key)
        return keys

    def of_version(self, version: MatterVersion) -> Context:
        """Return what lies around a version in force or to come; `version.matter.department` must be fetched."""
        return self._around(
            code=version.matter.code,
            department=version.matter.department.code,
            name=version.name,
            task_code=self._task_codes.get(version.pk, ""),
            asked=self._asked.get(version.pk, []),
            templates=self._templates.get(version.template, {}),
            template_version=version.template_version,
        )

    def of(self, values: Values) -> Context:
        """Return what lies around a guide's elements, which may be those of a draft."""
        code = values.get("template", "")
        return self._around(
            code=values.get("code", ""),
            department=values.get("department", ""),
            name=values.get("name", ""),
            task_code=values.get("task_code", ""),
            asked=[one.get("key", "") for one in values.get("materials", []) if not one.get("shared_data")],
            templates=_contents_of(MatterTemplate.objects.filter(code=code)).get(code, {}) if code else {},
            template_version=values.get("template_version"),
        )

    def _around(
        self,
        *,
        code: str,
        department: str,
        name: str,
        task_code: str,
        asked: list[str],
        templates: Mapping[int, Values],
        template_version: int | None,
    ) -> Context:
        body = self._departments.get(department)
        elsewhere = {key: self._without(code, self._sharing.get(key, [])) for key in asked}
        return Context(
            consult_phone=body.consult_phone if body else "",
            complaint_phone=body.complaint_phone if body else "",
            hall_hours=body.hall_hours if body else "",
            credit_code=body.uscc if body else "",
            same_task_code=self._without(code, self._by_task_code.get(task_code, []) if task_code else []),
            same_name=self._without(code, self._by_name.get((department, name), [])),
            shared_elsewhere={key: codes[0] for key, codes in elsewhere.items() if codes},
            template=templates.get(template_version or 0),
            newest_template=max(templates, default=0),
        )

    @staticmethod
    def _without(code: str, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(one for one in dict.fromkeys(codes) if one != code)


def _contents_of(rows: QuerySet[MatterTemplate]) -> Templates:
    contents: dict[str, dict[int, Values]] = defaultdict(dict)
    for code, number, content in rows.values_list("code", "number", "content"):
        contents[code][number] = content
    return contents


def findings_of(values: Values) -> list[Finding]:
    """Return what the checks find in a guide's elements, knowing the catalogue around it; for drafts."""
    return check(values, Surroundings().of(values))


def checked(versions: Iterable[MatterVersion]) -> Iterator[Checked]:
    """Yield versions with what the checks find in them; the versions' matters and departments must be fetched.

    What was found in the same content, by the same checks and in the same surroundings, is not looked for again.
    """
    around, checks = Surroundings(), fingerprint()
    source = iter(versions)
    while chunk := list(islice(source, _AT_ONCE)):
        contexts = {version.pk: around.of_version(version) for version in chunk}
        keys = {version.pk: _key(checks, version, contexts[version.pk]) for version in chunk}
        known = cache.get_many(keys.values())
        unknown = [version.pk for version in chunk if keys[version.pk] not in known]
        new = {keys[pk]: _told(check(values, contexts[pk])) for pk, values in _elements_of(unknown)}
        cache.set_many(new, REMEMBERED_SECONDS)
        told = {**known, **new}
        for version in chunk:
            yield Checked(version, [_finding(*each) for each in told[keys[version.pk]]])


def _elements_of(versions: Collection[int]) -> Iterator[tuple[int, Values]]:
    """Yield the elements of versions; their contents are large, and read for no others."""
    contents = MatterVersion.objects.filter(pk__in=versions) if versions else MatterVersion.objects.none()
    for pk, content in contents.values_list("pk", "content"):
        yield pk, elements(content)


def _told(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(one.code, one.place, one.what) for one in findings]


def _key(checks: str, version: MatterVersion, context: Context) -> str:
    around = json.dumps(asdict(context), sort_keys=True, ensure_ascii=False)
    return f"findings:{checks}:{version.digest}:{hashlib.sha256(around.encode()).hexdigest()[:16]}"


def _finding(code: str, place: str, what: str) -> Finding:
    one = CHECKS[code]
    return Finding(code, one.severity, place, what, one.how, one.source, one.blocks)


def catalogue_for_checks() -> QuerySet[MatterVersion]:
    """Return the versions that are in force or wait for their day, by code, for commands."""
    return _for_checks(MatterVersion.objects.filter(status__in=IN_FORCE_OR_TO_COME))


def newest_for_checks(codes: Collection[str]) -> QuerySet[MatterVersion]:
    """Return of these matters the newest version that is in force or waits for its day: what an import brought."""
    return _for_checks(newest_versions().filter(matter__code__in=codes))


def _for_checks(versions: QuerySet[MatterVersion]) -> QuerySet[MatterVersion]:
    ordered = versions.order_by("matter__code", "number")
    return ordered.select_related("matter__department").defer("content")


def checked_bundles() -> list[CheckedBundle]:
    """Return the bundles in use with what the checks find in them, by code, for commands."""
    return [CheckedBundle(one, check_bundle(Composition(one))) for one in bundles()]


def catalogue_findings(*, viewer: User, q: str = "", department: Department | None = None) -> list[Checked]:
    """Return the published matters that a viewer keeps, with what the checks find in them, by code.

    An editor sees their own departments' matters, the office those of all.
    """
    require(viewer, Role.EDITOR, Role.OFFICE)
    kept = catalogue(viewer=viewer, q=q, department=department)
    return list(checked(kept.defer("content").order_by("matter__code")))
