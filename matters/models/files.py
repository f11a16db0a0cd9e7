"""Files of the catalogue: forms to fill in, samples of forms and results, and books of guides."""

from django.db import models

from core.models import User
from core.models.dispatch import Dispatched
from matters.models.organisation import Department


class GuideFile(models.Model):
    """A form or sample that guides name by its digest (空白表格、示例样表、结果样本); the same content is stored once."""

    sha256 = models.CharField("摘要", max_length=64, unique=True)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("文件类型", max_length=40)
    size = models.PositiveIntegerField("大小")
    file = models.FileField("文件", upload_to="guides/files/")
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(User, verbose_name="上传人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "指南文件"
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name


class GuideBook(Dispatched):
    """A book of guides, set by a worker: of one department, or of all. `digest` says of what, so it is set once.

    `done` of `count` guides have been read so far; the file is there once it is receipted.
    """

    digest = models.CharField("内容摘要", max_length=64, unique=True)
    department = models.ForeignKey(
        Department, verbose_name="部门", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField("书名", max_length=200)
    count = models.PositiveIntegerField("事项数")
    done = models.PositiveIntegerField("已读取", default=0)
    file = models.FileField("文件", upload_to="guides/books/", blank=True)
    asked_at = models.DateTimeField("提出时间")

    class Meta:
        verbose_name = verbose_name_plural = "办事指南汇编"
        ordering = ["-asked_at"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="guide_book_awaiting",
                condition=models.Q(receipted_at=None, failed_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.title
