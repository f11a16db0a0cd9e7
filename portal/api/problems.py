"""Errors of the API as problem documents (RFC 9457): a code, a field and a sentence a person understands."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Refusal
from core.throttle import TooOften
from core.wording import UNSEEN

PROBLEM = "application/problem+json"
SENTENCES = {
    exceptions.NotAuthenticated: ("not_authenticated", "请先登录，或在请求头中提供令牌。"),
    exceptions.AuthenticationFailed: ("authentication_failed", "令牌或密码不正确，请核对后重试。"),
    exceptions.PermissionDenied: ("forbidden", "您没有办理这一步的权限。"),
    exceptions.NotFound: ("not_found", "没有找到这条记录，请核对编号后再试。"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "这个地址不支持这种请求方法。"),
    exceptions.UnsupportedMediaType: (
        "unsupported_media_type",
        "不支持这种请求格式，请使用 JSON；上传文件请用 multipart/form-data。",
    ),
    exceptions.NotAcceptable: ("not_acceptable", "不支持所要求的返回格式，请使用 JSON。"),
    exceptions.ParseError: ("malformed", "请求内容无法读取：不是有效的 JSON 或表单，请检查格式。"),
}

# What the libraries say of these in Chinese cannot be understood.
REWORDED = {"null_characters_not_allowed": f"{UNSEEN}。"}


class TooLarge(Refusal):
    """The request is larger than any honest one."""

    status = 413

    def __init__(self) -> None:
        super().__init__("too_large", "请求内容过大，请分次提交；文件请用上传材料的接口。")


FAULT = (
    "internal_error",
    "系统出错，这次操作没有完成。请稍后重试；仍然不行的，请把 request_id 告诉技术支持。",
)

AWAY = ("unavailable", "系统暂时连不上数据库，这次操作没有完成。请按 Retry-After 所说的秒数稍候，再发一次。")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for an error, or None for a fault of ours, which is logged and becomes a 500."""
    error = _as_api_exception(error)
    if isinstance(error, Refusal):
        response = _refused(error)
    elif isinstance(error, exceptions.ValidationError):
        errors = _flatten(error.get_full_details())
        response = _problem(422, "invalid", "请求内容有误，请按提示更正。", errors)
    elif isinstance(error, exceptions.APIException):
        code, sentence = SENTENCES.get(type(error), (str(error.default_code), str(error.detail)))
        response = _problem(error.status_code, code, sentence, [])
    else:
        return None
    set_rollback()
    if response.status_code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = "Token"
    return response


def _as_api_exception(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):  # more fields or files than Django takes
        return exceptions.ParseError()
    return error


def _refused(refusal: Refusal) -> Response:
    rows = [
        {"field": fault.field, "code": fault.code, "message": fault.message}
        for fault in (refusal, *refusal.others)
        if fault.field
    ]
    response = _problem(refusal.status, refusal.code, refusal.message, rows)
    if isinstance(refusal, TooOften):
        response["Retry-After"] = str(refusal.seconds)
    return response


def fault(request_id: str) -> JsonResponse:
    """Return the problem document for a fault of ours: what happened stands in the log, under the request's id."""
    return _alone(500, *FAULT, request_id)


def unavailable(request_id: str) -> JsonResponse:
    """Return the problem document for a database that is away."""
    return _alone(503, *AWAY, request_id)


def _alone(http_status: int, code: str, sentence: str, request_id: str) -> JsonResponse:
    """Return a problem document that needs neither view nor database."""
    body = {**_body(http_status, code, sentence, []), "request_id": request_id}
    return JsonResponse(
        body, status=http_status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )


def _problem(http_status: int, code: str, sentence: str, errors: list[dict[str, str]]) -> Response:
    return Response(_body(http_status, code, sentence, errors), status=http_status, content_type=PROBLEM)


def _body(http_status: int, code: str, sentence: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": f"/api/problems/#{code}",
        "title": sentence,
        "status": http_status,
        "code": code,
        "errors": errors,
    }


def _flatten(details: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(details, list):
        return [row for each in details for row in _flatten(each, path)]
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        code = str(details["code"])
        return [{"field": path, "code": code, "message": REWORDED.get(code, str(details["message"]))}]
    return [
        row for key, each in details.items() for row in _flatten(each, f"{path}.{key}" if path else str(key))
    ]
