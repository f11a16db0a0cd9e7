"""Applying on the web: beginning, filling in section by section, checking, submitting."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from applications import selectors
from applications.enums import Channel
from applications.forms.citizen import DeliveryForm, FillForm, MembersForm, SituationForm, SubmitForm
from applications.machine import WrongState
from applications.models import Application
from applications.presenters.apply import ApplyBundle, ApplyMatter
from applications.presenters.drafts import (
    DELIVERY,
    FILL,
    MATERIALS,
    MEMBERS,
    SITUATIONS,
    DraftPresenter,
    conditions,
)
from applications.presenters.materials import Materials
from applications.presenters.offers import Offer
from applications.questions import Questions
from applications.selectors import mine
from applications.selectors.offers import bundles_offered
from applications.services import drafts, filing, uploads
from core import clock
from core.errors import NotFound
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.kept import keeps_text, restore
from matters.models import MatterVersion
from matters.presenters.situation import CHOSEN
from matters.selectors import BundleGuide, bundle_for_guide, matter_for_filing

View = Callable[..., HttpResponse]


def with_draft(view: View) -> View:
    """Hand the view its draft; what has been submitted meanwhile leads to the one application there is."""

    @login_required
    @wraps(view)
    def found(request: HttpRequest, pk: int) -> HttpResponse:
        number = mine.number_of_filed(request.user, pk)
        if number:
            messages.warning(request, _why_not(request, number))
            return redirect("application", number)
        return view(request, selectors.draft_for(request.user, pk))

    return found


def _why_not(request: HttpRequest, number: str) -> str:
    filed = f"这份申请已经提交过了，申报号 {number}"
    if request.method == "POST" and request.resolver_match.url_name != "draft-check":
        return f"{filed}，刚才的修改没有保存。"
    return f"{filed}，没有重复提交。"


def _draft(application: Application, guide: BundleGuide | None = None) -> DraftPresenter:
    guide = guide or _guide_of(application)
    return DraftPresenter(application, has_choice=bool(guide and _choices(guide)))


def _guide_of(application: Application) -> BundleGuide | None:
    return bundle_for_guide(application.bundle.code) if application.bundle else None


def _choices(guide: BundleGuide) -> list[tuple[str, str]]:
    return [(each.matter.code, each.version.name) for each in guide.members if each.optional]


def _versions(guide: BundleGuide, chosen: Collection[str]) -> list[MatterVersion]:
    """Return the versions of a bundle's required members and of the optional ones chosen, by code."""
    return [each.version for each in guide.members if not each.optional or each.matter.code in chosen]


def _offers(draft: Application) -> list[Offer]:
    """Return the bundles to which the draft of one matter can be widened."""
    if draft.bundle_id is not None:
        return []
    version = draft.cases.all()[0].version
    return [Offer(each) for each in bundles_offered(version)]


# --- beginning ----------------------------------------------------------------------------------------------------


@READ_OR_SEND
@login_required
def apply_matter(request: HttpRequest, code: str) -> HttpResponse:
    """Show what applying for a matter will ask, and on POST start a draft."""
    version = matter_for_filing(code.upper())
    applicant = mine.applicant_or_none(request.user)
    asked = Questions([version]).taking(request.GET.dict())
    if request.method == "POST" and applicant:
        draft = drafts.start(
            applicant=applicant,
            by=request.user,
            now=clock.now(),
            channel=Channel.WEB,
            version=version,
            answers=asked.answers,
        )
        return redirect("draft", draft.pk)
    begun = mine.draft_begun(request.user, matter=version.matter.code)
    shown = ApplyMatter(version, applicant, begun, asked, bundles_offered(version))
    return render(request, "applications/apply_matter.html", {"apply": shown})


@READ_OR_SEND
@login_required
def apply_bundle(request: HttpRequest, code: str) -> HttpResponse:
    """Show what applying for a bundle will ask, its optional members to choose, and on POST start a draft."""
    guide = bundle_for_guide(code.upper())
    applicant = mine.applicant_or_none(request.user)
    wanted = [each for each in request.GET.get(CHOSEN, "").split(",") if each]
    asked = Questions(_versions(guide, wanted)).taking(request.GET.dict())
    form = MembersForm(posted(request), choices=_choices(guide), initial={"chosen": wanted})
    if request.method == "POST" and applicant and form.is_valid():
        chosen = form.cleaned_data["chosen"]
        draft = drafts.start(
            applicant=applicant,
            by=request.user,
            now=clock.now(),
            channel=Channel.WEB,
            bundle=guide.bundle,
            chosen=chosen,
            answers=Questions(_versions(guide, chosen), asked.own).answers,
        )
        return redirect("draft", draft.pk)
    begun = mine.draft_begun(request.user, bundle=guide.bundle.code)
    context = {"apply": ApplyBundle(guide, applicant, begun, asked), "form": form}
    return render(request, "applications/apply_bundle.html", context, status=status_of(form))


# --- filling in ---------------------------------------------------------------------------------------------------


@require_safe
@with_draft
def overview(request: HttpRequest, draft: Application) -> HttpResponse:
    """Show the sections of a draft and the state of each."""
    context = {"draft": _draft(draft), "offers": _offers(draft)}
    return render(request, "applications/draft_overview.html", context)


@require_POST
@with_draft
def widen(request: HttpRequest, draft: Application) -> HttpResponse:
    """File a bundle instead of the one matter, with everything typed and handed in so far."""
    bundle = bundle_for_guide(request.POST.get("bundle", "").upper()).bundle
    widened = drafts.widen(application_id=draft.pk, bundle=bundle, by=request.user, now=clock.now())
    messages.success(request, f"已改为一件事“{widened.title}”，填过的内容和上传的文件都在。")
    return redirect("draft", draft.pk)


@READ_OR_SEND
@with_draft
def members(request: HttpRequest, draft: Application) -> HttpResponse:
    """Choose the optional members of a bundle."""
    guide = _guide_of(draft)
    if guide is None or not _choices(guide):
        raise NotFound("这项申请没有可选事项。")
    chosen = [case.version.matter.code for case in draft.cases.all() if case.optional]
    form = MembersForm(posted(request), choices=_choices(guide), initial={"chosen": chosen})
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            drafts.choose_members(
                application_id=draft.pk,
                chosen=form.cleaned_data["chosen"],
                by=request.user,
                now=clock.now(),
            )
            return _saved(request, _draft(draft, guide), MEMBERS)
    context = {
        "draft": _draft(draft, guide),
        "form": form,
        "guide": ApplyBundle(guide, draft.applicant, None),
    }
    return render(request, "applications/draft_members.html", context, status=status_of(form))


@READ_OR_SEND
@with_draft
def situations(request: HttpRequest, draft: Application) -> HttpResponse:
    """Ask one question about the applicant's situation after another, and any of them again (`ask`)."""
    shown = _draft(draft)
    if not shown.questions.all:
        raise NotFound("这项申请不需要选择情形。")
    again = request.POST.get("question") or request.GET.get("ask", "")
    question = next((one for one in shown.questions.open if one["key"] == again), shown.questions.next)
    saved = {"answer": shown.questions.answers.get(question["key"])} if question else {}
    form = SituationForm(posted(request), question=question, initial=saved) if question else None
    if request.method == "POST" and form and form.is_valid():
        with refusals_as_errors(form):
            drafts.answer_situations(
                application_id=draft.pk, answers=form.answers(), by=request.user, now=clock.now()
            )
            return redirect("draft" if "later" in request.POST else "draft-situations", draft.pk)
    context = {"draft": shown, "form": form, "step": shown.step_text(SITUATIONS)}
    context["next_url"] = shown.url_after(SITUATIONS)
    status = status_of(form) if form else 200
    return render(request, "applications/draft_situations.html", context, status=status)


@keeps_text
@READ_OR_SEND
@with_draft
def fill(request: HttpRequest, draft: Application) -> HttpResponse:
    """Say what it is about and which situations apply."""
    form = FillForm(posted(request), application=draft, situations=conditions(draft))
    return _section(request, draft, form, FILL)


@keeps_text
@READ_OR_SEND
@with_draft
def delivery(request: HttpRequest, draft: Application) -> HttpResponse:
    """Choose the window or a parcel."""
    if not draft.subject:
        messages.info(request, "请先填写信息，再选择领取方式。")
        return redirect("draft-fill", draft.pk)
    return _section(request, draft, DeliveryForm(posted(request), application=draft), DELIVERY)


def _section(
    request: HttpRequest, draft: Application, form: FillForm | DeliveryForm, section: str
) -> HttpResponse:
    """Save one section and go on to the next; a refusal brings it back with all that was typed."""
    shown = _draft(draft)
    restore(request, form)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            drafts.fill(application_id=draft.pk, answers=form.answers(), by=request.user, now=clock.now())
            return _saved(request, shown, section)
    context = {"draft": shown, "form": form, "step": shown.step_text(section)}
    return render(request, f"applications/draft_{section}.html", context, status=status_of(form))


def _saved(request: HttpRequest, draft: DraftPresenter, section: str) -> HttpResponse:
    if "later" in request.POST:
        messages.success(request, "已保存，随时可以回来继续填写。")
        return redirect("draft", draft.application.pk)
    return redirect(draft.url_after(section))


@READ_OR_SEND
@with_draft
def materials(request: HttpRequest, draft: Application) -> HttpResponse:
    """Upload and take out files, material by material; a file that is refused keeps no other out."""
    if request.method == "POST":
        return _change_files(request, draft)
    return _materials_page(request, draft, {})


def _change_files(request: HttpRequest, draft: Application) -> HttpResponse:
    wanted = request.POST.get("material", "")
    material = next((each for each in draft.materials.all() if str(each.pk) == wanted), None)
    if material is None:
        raise NotFound("没有找到这份材料，请刷新页面后重试。")
    rejected = _take_out(request, material) if "remove" in request.POST else _put_in(request, material)
    if request.htmx or rejected:
        return _materials_page(request, selectors.draft_for(request.user, draft.pk), {material.pk: rejected})
    return redirect(f"{request.path}#material-{material.pk}")


def _take_out(request: HttpRequest, material: Any) -> list[uploads.Rejected]:
    own = next((one for one in material.attachments.all() if str(one.pk) == request.POST["remove"]), None)
    if own is None:
        raise NotFound("这个文件已经移除。")
    uploads.remove(attachment_id=own.pk, by=request.user, now=clock.now())
    return []


def _put_in(request: HttpRequest, material: Any) -> list[uploads.Rejected]:
    files = request.FILES.getlist("file")
    if not files:
        return [uploads.Rejected(material.name, "请先选择文件，再上传。")]
    return uploads.attach_each(material_id=material.pk, files=files, by=request.user, now=clock.now())


def _materials_page(request: HttpRequest, draft: Application, rejected: dict[int, Any]) -> HttpResponse:
    shown = _draft(draft)
    context = {
        "draft": shown,
        "materials": Materials(draft, rejected),
        "step": shown.step_text(MATERIALS),
        "changed": next(iter(rejected), None),
    }
    template = "_draft_materials.html" if request.htmx else "draft_materials.html"
    status = 422 if any(rejected.values()) else 200
    return render(request, f"applications/{template}", context, status=status)


# --- the end ------------------------------------------------------------------------------------------------------


@READ_OR_SEND
@with_draft
def check(request: HttpRequest, draft: Application) -> HttpResponse:
    """Show everything once more; on POST submit it, once."""
    form = SubmitForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            try:
                filed = filing.submit(
                    application_id=draft.pk,
                    by=request.user,
                    now=clock.now(),
                    confirmed=form.cleaned_data["promise"],
                )
            except WrongState:  # the same draft was submitted in another window at this very moment
                return redirect("draft", draft.pk)
            return redirect("application-submitted", filed.number)
    context = {"draft": _draft(draft), "form": form}
    return render(request, "applications/draft_check.html", context, status=status_of(form))


@READ_OR_SEND
@with_draft
def discard(request: HttpRequest, draft: Application) -> HttpResponse:
    """Ask, then delete a draft with its files."""
    if request.method == "POST":
        drafts.discard(application_id=draft.pk, by=request.user, now=clock.now())
        messages.success(request, f"“{draft.title}”的草稿已删除。")
        return redirect("my-applications")
    return render(request, "applications/draft_discard.html", {"draft": _draft(draft)})
