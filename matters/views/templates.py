"""Templates (事项模板): which there are, who follows them, and a draft that adopts one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.forms import READ_OR_SEND, posted, status_of
from core.paging import page
from matters import selectors
from matters.catalogue.differences import differences
from matters.enums import Role
from matters.forms import TemplateFileForm
from matters.models import MatterTemplate, MatterVersion
from matters.permissions import holds
from matters.presenters.adoption import (
    AdoptionPresenter,
    FollowerRow,
    TemplateRow,
    conflict_rows,
    latitude_rows,
)
from matters.presenters.entries import by_section
from matters.publishing_forms import AdoptForm, TemplateFilterForm
from matters.selectors.entries import open_entries
from matters.selectors.templates import (
    adoption_of,
    offered_for,
    template_versions,
    templates,
    uses_of,
)
from matters.services.catalogue_import import CatalogueRefused
from matters.services.entries import adopting
from matters.services.entries.saving import Choices
from matters.services.templates import import_templates, text_of
from matters.views.editing import CHOICE, whole


@READ_OR_SEND
@login_required
def template_list(request: HttpRequest) -> HttpResponse:
    """List the templates with who follows each; the office tries out and brings in files of templates here."""
    form = TemplateFileForm(posted(request), request.FILES or None)
    problems: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, _bring_in(request, form.cleaned_data["file"]))
            return redirect("templates")
        except CatalogueRefused as refused:
            form.add_error("file", refused.message)
            problems = refused.problems
    filters = TemplateFilterForm(request.GET)
    filters.is_valid()
    q = filters.cleaned_data.get("q", "")
    shown = page(templates(viewer=request.user, q=q), key=("code", "id"), after=request.GET.get("after"))
    asked = {"q": q} if q else {}
    context = {
        "filters": filters,
        "rows": [TemplateRow(one) for one in uses_of(shown.items, viewer=request.user)],
        "shown_words": f"本页 {len(shown.items)} 个",
        "next_url": f"?{urlencode({**asked, 'after': shown.next_cursor})}" if shown.next_cursor else "",
        "is_narrowed": bool(q),
        "latitudes": latitude_rows(),
        "form": form if holds(request.user, Role.OFFICE) else None,
        "problems": problems,
    }
    return render(request, "matters/template_list.html", context, status=status_of(form))


def _bring_in(request: HttpRequest, file: UploadedFile) -> str:
    """Try out or bring in a file, and return what came of it in a sentence."""
    is_trial = request.POST.get("act") == "try"
    text = text_of(file.read(), file.name or "文件")
    report = import_templates(text=text, by=request.user, now=clock.now(), dry_run=is_trial)
    said = f"新增 {len(report.created)} 版，不变 {len(report.unchanged)} 版"
    return f"试算没有错误：将{said}，还没有导入" if is_trial else f"已导入：{said}"


@require_safe
@login_required
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Show one template: its versions, what the newest changed, who follows which, and who does not."""
    versions = template_versions(viewer=request.user, code=code)
    newest = versions[0]
    (use,) = uses_of([newest], viewer=request.user)
    found = [*use.adopters, *use.others]
    drafts = open_entries(viewer=request.user, codes=[one.matter.code for one in found])
    context = {
        "template": newest,
        "versions": versions,
        "changes": by_section(differences(versions[1].content, newest.content)) if len(versions) > 1 else [],
        "before": versions[1] if len(versions) > 1 else None,
        "followers": [_row(one, drafts) for one in use.adopters],
        "others": [FollowerRow(one, None, drafts.get(one.matter.code)) for one in use.others],
        "may_start": holds(request.user, Role.EDITOR),
        "start_url": f"{reverse('entry-start')}?{urlencode({'way': 'template', 'template': newest.pk})}",
    }
    return render(request, "matters/template.html", context)


def _row(version: MatterVersion, drafts: dict[str, int]) -> FollowerRow:
    adoption = adoption_of(version)
    shown = AdoptionPresenter(adoption) if adoption else None
    return FollowerRow(version, shown, drafts.get(version.matter.code))


@require_POST
@login_required
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a draft follow a template; what both say differently is chosen side by side."""
    entry = selectors.entry_for(viewer=request.user, pk=pk)
    form = AdoptForm(request.POST, offered=offered_for(entry.content))
    if not form.is_valid():
        messages.error(request, "请从列表里选一个模板。")
        return redirect("entry-edit", pk, "template")
    chosen: MatterTemplate = form.cleaned_data["template"]
    taken = {
        name.removeprefix(CHOICE): side for name, side in request.POST.items() if name.startswith(CHOICE)
    }
    try:
        adopting.adopt(
            entry_id=pk,
            template_id=chosen.pk,
            choices=Choices(whole(request.POST.get("seen")), taken),
            by=request.user,
            now=clock.now(),
        )
    except adopting.Unsettled as unsettled:
        suggested = {one.place: adopting.suggested(one) for one in unsettled.conflicts}
        context = {
            "entry": unsettled.entry,
            "title": f"草稿与{chosen.title}，逐处选择",
            "message": f"{unsettled.message}其余的取有改动的一方。",
            "url": reverse("entry-adopt", args=[pk]),
            "rows": conflict_rows(unsettled.conflicts, {**suggested, **taken}),
            "typed": [("template", chosen.pk)],
            "section": "所依模板",
            "back": reverse("entry-edit", args=[pk, "template"]),
        }
        return render(request, "matters/entry_conflicts.html", context, status=422)
    messages.success(request, f"已采用{chosen.title}")
    return redirect("entry-edit", pk, "template")
