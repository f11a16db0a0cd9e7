"""Keyset pages for the API: page 1000 costs what page 1 costs, and rows that come meanwhile shift nothing."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from core.errors import Invalid


class Cursor(CursorPagination):
    """Newest first; a view orders otherwise by its attribute `cursor_ordering`, a unique column."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 100
    cursor_query_description = "翻页位置：照抄上一页返回的 next 或 previous，不要自己拼写。"
    page_size_query_description = "每页条数，1 到 100，缺省 25。"

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        return (getattr(view, "cursor_ordering", self.ordering),)

    def get_page_size(self, request: Request) -> int:
        wanted = request.query_params.get(self.page_size_query_param)
        if wanted is None:
            return self.page_size
        if not (
            wanted.isascii()
            and wanted.isdigit()
            and len(wanted) < 5
            and 1 <= int(wanted) <= self.max_page_size
        ):
            raise Invalid("page_size_range", "每页条数请填 1 到 100 的整数。", field="page_size")
        return int(wanted)

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list | None:
        try:
            if "\0" in request.query_params.get(self.cursor_query_param, ""):  # base64 would skip it
                raise ValueError("A cursor holds no null character")
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValueError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise Invalid(
                "cursor_unreadable", "这个翻页地址已经失效，请回到列表第一页。", field="cursor"
            ) from error

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters as base says, the size with its bounds."""
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                }
        return parameters
