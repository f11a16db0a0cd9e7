"""Errors of the API as problem documents (RFC 9457): a code, a field and a sentence a person understands."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Refusal

SENTENCES = {
    exceptions.NotAuthenticated: ("not_authenticated", "请先登录，或在请求头中提供令牌。"),
    exceptions.AuthenticationFailed: ("authentication_failed", "令牌或密码不正确，请核对后重试。"),
    exceptions.PermissionDenied: ("forbidden", "您没有办理这一步的权限。"),
    exceptions.NotFound: ("not_found", "没有找到这条记录，请核对编号后再试。"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "这个地址不支持这种请求方法。"),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", "不支持这种请求格式，请使用 JSON。"),
    exceptions.NotAcceptable: ("not_acceptable", "不支持所要求的返回格式，请使用 JSON。"),
    exceptions.ParseError: ("malformed", "请求内容不是有效的 JSON，请检查格式。"),
    exceptions.Throttled: ("too_many_requests", "请求过于频繁，请稍后再试。"),
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for an error, or None for a fault of ours, which is logged and becomes a 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, Refusal):
        set_rollback()
        errors = [{"field": error.field, "code": error.code, "message": error.message}] if error.field else []
        return _problem(error.status, error.code, error.message, errors)
    if isinstance(error, exceptions.ValidationError):
        set_rollback()
        errors = _flatten(error.get_full_details())
        return _problem(
            status.HTTP_422_UNPROCESSABLE_ENTITY, "invalid", "请求内容有误，请按提示更正。", errors
        )
    if isinstance(error, exceptions.APIException):
        set_rollback()
        code, sentence = SENTENCES.get(type(error), (str(error.default_code), str(error.detail)))
        response = _problem(error.status_code, code, sentence, [])
        if isinstance(error, exceptions.Throttled) and error.wait:
            response["Retry-After"] = str(int(error.wait) + 1)
        if getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = error.auth_header
        return response
    return None


def _problem(http_status: int, code: str, sentence: str, errors: list[dict[str, str]]) -> Response:
    body = {
        "type": f"/api/problems/#{code}",
        "title": sentence,
        "status": http_status,
        "code": code,
        "errors": errors,
    }
    return Response(body, status=http_status, content_type="application/problem+json")


def _flatten(details: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(details, list):
        return [row for each in details for row in _flatten(each, path)]
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        return [{"field": path, "code": str(details["code"]), "message": str(details["message"])}]
    return [
        row for key, each in details.items() for row in _flatten(each, f"{path}.{key}" if path else str(key))
    ]
