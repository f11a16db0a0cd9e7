"""The editor's workspace: a draft edited section by section, its preview and its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from core import clock
from core.errors import NotFound, Refusal
from core.forms import READ_OR_SEND
from core.kept import keeps_text, typed_before
from matters import publishing, selectors
from matters.catalogue.content import elements
from matters.catalogue.differences import differences
from matters.catalogue.format import GUIDE
from matters.editing import rows
from matters.editing.places import label, path_of
from matters.editing.reasons import typed_reasons
from matters.editing.typed import Content, typed
from matters.enums import EntryState
from matters.models import CatalogueEntry
from matters.permissions import holds
from matters.presenters.adoption import AdoptionPresenter
from matters.presenters.editing import Address, ConflictRow, EditorFindings, Live, SectionPage, sittings
from matters.presenters.entries import by_section
from matters.presenters.guide import GuideToRead
from matters.presenters.trips import matter_trips
from matters.publishing_forms import AdoptForm
from matters.selectors.checking import findings_of
from matters.selectors.editing import offers, revisions_of
from matters.selectors.templates import adoption_in, adoption_of, newest_of, offered_for
from matters.services.entries import previewing, readiness, saving

SAVE, AUTOSAVE = "save", "autosave"
TEMPLATE = "template"  # the section that is no form of its fields: which template, and why something differs
CHOICE = "choice:"
_HIDDEN = frozenset({"csrfmiddlewaretoken", "seen"})


@require_safe
@login_required
def first(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the first section of a draft."""
    return redirect("entry-edit", pk, next(iter(GUIDE)))


@keeps_text
@READ_OR_SEND
@login_required
def edit(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Show one section of a draft as a form, and save whatever is typed into it."""
    found = selectors.entry_for(viewer=request.user, pk=pk)
    if section not in GUIDE:
        raise NotFound("没有这个部分，请从左边选择。")
    if request.method == "POST":
        return _Saving(request, found, section).answer()
    kept = typed_before(request)
    if kept is not None and request.user.is_authenticated:
        sent = _Sent(kept)
        content = _typed(saving.content_at(found, sent.revision), section, kept)
        return _page(request, found, section, content=content, row=sent.row, revision=sent.revision)
    return _page(request, found, section, row=request.GET.get("row", ""))


@dataclass(frozen=True)
class _Sent:
    """What a section's form sends beside the fields: the revision typed over, the open row, and what was pressed."""

    fields: MultiValueDict[str, str]

    @property
    def revision(self) -> int:
        return whole(self.fields.get("revision"))

    @property
    def row(self) -> str:
        return self.fields.get("row", "")

    @property
    def act(self) -> str:
        return self.fields.get("act", SAVE)

    @property
    def choices(self) -> saving.Choices | None:
        taken = {
            name.removeprefix(CHOICE): side for name, side in self.fields.items() if name.startswith(CHOICE)
        }
        return saving.Choices(whole(self.fields.get("seen")), taken) if "seen" in self.fields else None


def whole(said: str | None) -> int:
    """Return a number that was sent; nought for what is none."""
    return int(said) if said and said.isdecimal() and len(said) < 10 else 0


class _Saving:
    """One press of a button, or one pause while typing: what was typed is saved, or shown again with the reason."""

    def __init__(self, request: HttpRequest, found: CatalogueEntry, section: str) -> None:
        self.request, self.found, self.section = request, found, section
        self.sent = _Sent(request.POST)
        base = saving.content_at(found, self.sent.revision)
        said = _typed(base, section, request.POST)
        self.content, self.row = _acted(said, self.sent)

    def answer(self) -> HttpResponse:
        try:
            entry = saving.save(
                entry_id=self.found.pk,
                revision=self.sent.revision,
                content=self.content,
                choices=self.sent.choices,
                by=self.request.user,
                now=clock.now(),
            )
        except saving.Stale as stale:
            return self._stale(stale)
        except NotFound:
            raise
        except Refusal as refusal:
            return self._refused(refusal.message)
        if self.sent.act == AUTOSAVE:
            return _live(
                self.request, _fresh(self.request, entry), self.section, self.row, typed_here=self.content
            )
        if self.sent.act.startswith("go:") and getattr(self.request, "htmx", None):
            return HttpResponse(headers={"HX-Redirect": self._next()})  # a page that is no part of the editor
        return redirect(self._next())

    def _next(self) -> str:
        act, _, where = self.sent.act.partition(":")
        if act == "go":
            return reverse("entry-preview" if where == "preview" else "entry", args=[self.found.pk])
        section = where if act == "section" and where in GUIDE else self.section
        row = self.row if section == self.section else ""
        asked = f"?{urlencode({'row': row})}#{row}" if row else ""
        return f"{reverse('entry-edit', args=[self.found.pk, section])}{asked}"

    def _stale(self, stale: saving.Stale) -> HttpResponse:
        entry = _fresh(self.request, stale.entry)
        if self.sent.act == AUTOSAVE:
            problem = f"{stale.message.rstrip('。')}：点“保存”，两份都列给您看。您填写的还在页面上。"
            return _live(self.request, entry, self.section, self.row, problem, revision=self.sent.revision)
        taken = self.sent.choices.taken if self.sent.choices else {}
        context = {
            "entry": entry,
            "message": stale.message,
            "url": reverse("entry-edit", args=[entry.pk, self.section]),
            "rows": [ConflictRow(one, taken.get(one.place, "")) for one in stale.conflicts],
            "typed": [
                (name, value)
                for name, values in self.request.POST.lists()
                if name not in _HIDDEN and not name.startswith(CHOICE)
                for value in values
            ],
            "section": GUIDE[self.section][0],
        }
        return render(self.request, "matters/entry_conflicts.html", context, status=422)

    def _refused(self, message: str) -> HttpResponse:
        entry = _fresh(self.request, self.found)
        if self.sent.act == AUTOSAVE:
            return _live(self.request, entry, self.section, self.row, message, revision=self.sent.revision)
        return _page(
            self.request,
            entry,
            self.section,
            content=self.content,
            row=self.row,
            revision=self.sent.revision,
            problem=message,
        )


def _typed(content: Content, section: str, sent: MultiValueDict[str, str]) -> Content:
    if section != TEMPLATE:
        return typed(content, GUIDE[section][1], sent)
    adoption = adoption_in(content)
    return typed_reasons(content, adoption.deviations, sent) if adoption else content


def _acted(content: Content, sent: _Sent) -> tuple[Content, str]:
    """Return the content after the button that was pressed beside a list, and the row that is open then."""
    act, _, place = sent.act.partition(":")
    path = path_of(place)
    if act == "add" and path:
        content, at = rows.add(content, path)
        return content, sent.row if len(at) > 2 else label(at)
    if act == "open":
        return content, place
    if act == "close":
        return content, ""
    if act in ("remove", "up", "down") and rows.is_row(content, path):
        is_inner = len(path) > 2
        if act == "remove":
            return rows.remove(content, path), sent.row if is_inner else ""
        content, at = rows.move(content, path, -1 if act == "up" else 1)
        return content, sent.row if is_inner else (label(at) if sent.row == place else "")
    return content, sent.row


def _fresh(request: HttpRequest, entry: CatalogueEntry) -> CatalogueEntry:
    return selectors.entry_for(viewer=request.user, pk=entry.pk)


def why_not_editable(entry: CatalogueEntry, request: HttpRequest) -> str:
    """Return why this viewer reads the draft without changing it; empty for those who edit it."""
    if entry.state != EntryState.DRAFT:
        return f"条目现在是“{entry.get_state_display()}”，内容不能再改；退回部门以后才能继续编辑。"
    turn = publishing.turn_of(entry)
    if not holds(request.user, *turn.roles, department=entry.department_id):
        return f"草稿由{entry.department.name}的编辑修改，您可以查看。"
    return ""


def _page(
    request: HttpRequest,
    entry: CatalogueEntry,
    section: str,
    *,
    content: Content | None = None,
    row: str = "",
    revision: int | None = None,
    problem: str = "",
) -> HttpResponse:
    shown = _shown(request, entry, section, content, row, revision)
    context = {"shown": shown, "live": _beside(entry, shown.content, section, row), "problem": problem}
    if section == TEMPLATE:
        context |= _adoption(entry, shown.content)
    name = "entry_template" if section == TEMPLATE else "entry_edit"
    return render(request, f"matters/{name}.html", context, status=422 if problem else 200)


def _adoption(entry: CatalogueEntry, content: Content) -> dict[str, Any]:
    adoption = adoption_in(content)
    newer = adoption and adoption.lags
    return {
        "adoption": AdoptionPresenter(adoption, Address(entry.pk, TEMPLATE)) if adoption else None,
        "newest": newest_of(adoption.template.code) if adoption and newer else None,
        "adopt_form": AdoptForm(offered=offered_for(content)),
    }


def _shown(
    request: HttpRequest,
    entry: CatalogueEntry,
    section: str,
    content: Content | None,
    row: str,
    revision: int | None,
) -> SectionPage:
    said = entry.content if content is None else content
    _, found = readiness.look_through(entry, said)
    return SectionPage(
        entry,
        said,
        section,
        found=found,
        offers=offers(),
        row=row,
        revision=revision,
        why_not=why_not_editable(entry, request),
    )


def _beside(entry: CatalogueEntry, content: Content, section: str, row: str, problem: str = "") -> Live:
    values = elements(content)
    findings = EditorFindings(findings_of(values), address=Address(entry.pk, section, row))
    trips = matter_trips(values, with_objections=True)
    return Live(entry, findings, trips, section, clock.now(), problem)


def _live(
    request: HttpRequest,
    entry: CatalogueEntry,
    section: str,
    row: str,
    problem: str = "",
    revision: int | None = None,
    typed_here: Content | None = None,
) -> HttpResponse:
    """Answer a pause while typing: what stands beside the form, and the fields that others have changed meanwhile."""
    shown = _shown(request, entry, section, None, row, revision)
    here = _shown(request, entry, section, typed_here, row, revision) if typed_here is not None else shown
    old = {one.place: one for one in here.open_controls}
    context: Mapping[str, Any] = {
        "shown": shown,
        "live": _beside(entry, entry.content, section, row, problem),
        "is_swap": True,
        "changed_by_others": [
            one for one in shown.open_controls if not one.says_the_same(old.get(one.place))
        ],
    }
    return render(request, "matters/_entry_live.html", context)


@require_safe
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft as citizens will read it, or say what it still lacks."""
    entry = selectors.entry_for(viewer=request.user, pk=pk)
    try:
        version = previewing.as_version(entry)
    except readiness.NotReady:
        _, found = readiness.look_through(entry, entry.content)
        address = Address(entry.pk)
        context = {"entry": entry, "faults": SectionPage.all_faults(found, address)}
        return render(request, "matters/entry_not_ready.html", context)
    departments = selectors.department_names()
    guide = GuideToRead(version, selectors.service_points(), departments)
    adoption = adoption_of(version)
    context = {
        "guide": guide,
        "entry": entry,
        "trips": matter_trips(guide.values),
        "adoption": AdoptionPresenter(adoption) if adoption else None,
        "is_preview": True,
    }
    return render(request, "matters/entry_preview.html", context)


@require_safe
@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """List who changed what in a draft, and when."""
    entry = selectors.entry_for(viewer=request.user, pk=pk)
    context = {"entry": entry, "sittings": sittings(revisions_of(entry))}
    return render(request, "matters/entry_history.html", context)


@READ_OR_SEND
@login_required
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show what stands differently now than after an earlier save, and restore that on request."""
    entry = selectors.entry_for(viewer=request.user, pk=pk)
    if request.method == "POST":
        saving.restore(entry_id=entry.pk, number=number, by=request.user, now=clock.now())
        messages.success(request, "已恢复；恢复以前的内容仍在修改记录里")
        return redirect("entry-history", pk)
    then = saving.content_at(entry, number)
    context = {
        "entry": entry,
        "number": number,
        "changes": by_section(differences(then, entry.content)),
        "why_not": why_not_editable(entry, request),
    }
    return render(request, "matters/entry_revision.html", context)
