"""Reading JSON, up to a size."""

from typing import Any

from django.conf import settings
from rest_framework.parsers import JSONParser

from core.errors import Refusal


class TooLarge(Refusal):
    """The request is larger than any honest one."""

    status = 413

    def __init__(self) -> None:
        super().__init__("too_large", "请求内容过大，请分次提交；文件请用上传材料的接口。")


class Json(JSONParser):
    """JSON no larger than what Django takes in memory."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: dict[str, Any] | None = None
    ) -> Any:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge()
        return super().parse(stream, media_type, parser_context)
