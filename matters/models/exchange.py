"""Catalogue files on their way in: uploaded, tried out, confirmed."""

from django.db import models

from core.constraints import paired
from core.models import User
from core.models.dispatch import Dispatched
from matters.enums import UploadState


class CatalogueUpload(Dispatched):
    """A catalogue file of the office: a worker tries it out, and imports it once somebody has confirmed.

    `result` is what the trial or the import found, as the page shows it; `report` is the list of its problems.
    """

    file = models.FileField("文件", upload_to="catalogue/uploads/")
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("大小")
    encoding = models.CharField("编码", max_length=10, default="auto")
    skip_faulty = models.BooleanField("跳过有错误的", default=False)
    state = models.CharField("状态", max_length=10, choices=UploadState, default=UploadState.CHECKING)
    result = models.JSONField("结果", default=dict)
    report = models.FileField("问题清单", upload_to="catalogue/reports/", blank=True)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(User, verbose_name="上传人", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, verbose_name="确认人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "目录文件"
        ordering = ["-uploaded_at"]
        constraints = [paired("catalogue_upload_confirmed_pair", "confirmed_at", "confirmed_by")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="catalogue_upload_awaiting",
                condition=models.Q(receipted_at=None, failed_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        return self.state in (UploadState.CHECKING, UploadState.IMPORTING) and self.failed_at is None
