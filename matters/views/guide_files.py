"""Forms and samples for guides: upload, and what was uploaded, with the digest that a guide names."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from core.forms import READ_OR_SEND, refusals_as_errors, status_of
from matters.selectors.papers import guide_files
from matters.services import guide_files as services

SHOWN = 50


class GuideFileForm(forms.Form):
    """One form or sample to upload."""

    file = forms.FileField(label="表格或样表", help_text="PDF、JPG 或 PNG；Word 文档请先另存为 PDF")


@READ_OR_SEND
@login_required
def files(request: HttpRequest) -> HttpResponse:
    """List the newest forms and samples, and on POST store another."""
    found = guide_files(viewer=request.user)[:SHOWN]
    sent = request.method == "POST"
    form = GuideFileForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        with refusals_as_errors(form):
            stored = services.upload(upload=form.cleaned_data["file"], by=request.user, now=clock.now())
            messages.success(
                request, f"已存入“{stored.name}”，把编号填到指南的空白表格、示例样表或结果样本里。"
            )
            return redirect("guide-files")
    context = {"form": form, "files": found}
    return render(request, "matters/guide_files.html", context, status=status_of(form))
