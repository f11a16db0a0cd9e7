"""Opinion templates: one's own, and the department's, which its head keeps."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from applications.forms.opinions import OpinionForm, begun_of
from applications.selectors import opinions as selectors
from applications.services import opinions as services
from core import clock
from core.errors import NotFound
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of


@READ_OR_SEND
@login_required
def opinions(request: HttpRequest) -> HttpResponse:
    """List the templates the viewer may use, and keep a new one."""
    listed = selectors.templates_of(request.user)
    form = OpinionForm(posted(request), by=request.user)
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            services.keep(by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "意见模板已保存")
            return redirect("opinions")
    rows = [{"template": each, "may_change": services.may_change(each, request.user)} for each in listed]
    return render(
        request, "applications/opinion_list.html", {"rows": rows, "form": form}, status=status_of(form)
    )


@READ_OR_SEND
@login_required
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one template."""
    template = selectors.template_for(request.user, pk)
    if not services.may_change(template, request.user):
        raise NotFound("部门的意见模板由部门负责人维护；您可以另存一份自己的。")
    form = OpinionForm(posted(request), by=request.user, initial=begun_of(template))
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            services.keep(by=request.user, now=clock.now(), template=template, **form.cleaned_data)
            messages.success(request, "意见模板已保存")
            return redirect("opinions")
    context = {"template": template, "form": form}
    return render(request, "applications/opinion.html", context, status=status_of(form))


@require_POST
@login_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one template away."""
    services.discard(template=selectors.template_for(request.user, pk), by=request.user, now=clock.now())
    messages.success(request, "意见模板已删除")
    return redirect("opinions")
