"""The catalogue in and out, for the catalogue office: upload, trial, confirmation; downloads."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.clock import local_date
from core.errors import Invalid, NotFound
from core.forms import READ_OR_SEND
from matters import selectors
from matters.exchange.files import LARGEST_FILE, MIB
from matters.forms import CatalogueDownloadForm, CatalogueUploadForm
from matters.presenters.uploads import UploadPresenter, UploadRow
from matters.selectors.uploads import recent_uploads, upload_for
from matters.services import uploads
from matters.services.exchange import export_file
from matters.views.papers import hardened

SECONDS_BETWEEN_LOOKS = 2
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"json": "application/json", "xlsx": XLSX, "zip": "application/zip"}


@READ_OR_SEND
@login_required
def exchange(request: HttpRequest) -> HttpResponse:
    """Offer upload and download; an upload is tried out and leads to what would come of it."""
    recent = recent_uploads(viewer=request.user)
    form = CatalogueUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = uploads.receive(
                by=request.user,
                now=clock.now(),
                upload=said["file"],
                encoding=said["encoding"],
                skip_faulty=said["skip_faulty"],
            )
            return redirect("catalogue-upload", row.pk)
        except Invalid as invalid:
            form.add_error("file", invalid.message)
    context = {
        "form": form,
        "download": CatalogueDownloadForm(departments=selectors.departments()),
        "rows": [UploadRow(one) for one in recent],
        "max_mib": LARGEST_FILE // MIB,
        "file_hint": f"JSON、Excel 工作簿（.xlsx）、CSV，或每张表一个 CSV 的压缩包，最大 {LARGEST_FILE // MIB} MB",
    }
    return render(request, "matters/exchange.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would come of a file, or has; while a worker is at it the page looks again by itself."""
    found = upload_for(viewer=request.user, pk=pk)
    response = render(request, "matters/exchange_upload.html", {"upload": UploadPresenter(found)})
    if found.is_under_way:
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Import a file that was tried out."""
    found = upload_for(viewer=request.user, pk=pk)
    uploads.confirm(upload=found, by=request.user, now=clock.now())
    return redirect("catalogue-upload", pk)


@require_safe
@login_required
def report(request: HttpRequest, pk: int) -> FileResponse:
    """Send the list of a file's problems as a workbook."""
    found = upload_for(viewer=request.user, pk=pk)
    if not found.report:
        raise NotFound("这个文件没有问题清单。")
    name = f"问题清单-{found.name.rsplit('.', 1)[0]}.xlsx"
    return hardened(FileResponse(found.report.open(), content_type=XLSX, as_attachment=True, filename=name))


@require_safe
@login_required
def download(request: HttpRequest) -> HttpResponse:
    """Send the catalogue, or a department's part of it, in the format asked for."""
    form = CatalogueDownloadForm(request.GET, departments=selectors.departments())
    if not form.is_valid():
        raise Invalid("download_unknown", "没有这种下载，请从“导入导出”页重新选择。")
    said, now = form.cleaned_data, clock.now()
    department = said["department"]
    ending, encoding = said["format"].split("-")[0], "gb18030" if said["format"] == "zip-gb18030" else "utf-8"
    data = export_file(
        ending=ending,
        by=request.user,
        now=now,
        department=department.code if department else "",
        encoding=encoding,
    )
    response = HttpResponse(data, content_type=TYPES[ending])
    name = f"事项目录{f'-{department.short_name}' if department else ''}-{local_date(now):%Y%m%d}.{ending}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return hardened(response)
