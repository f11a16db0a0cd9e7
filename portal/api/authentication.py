"""Signing in to the API with the session of the pages."""

from rest_framework import authentication, exceptions
from rest_framework.request import Request

from core.errors import Forbidden


class Session(authentication.SessionAuthentication):
    """The pages' own session; whatever writes needs the CSRF token as well."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise Forbidden(
                "csrf_failed", "缺少或不符的 CSRF 令牌：用会话登录时，请在请求头 X-CSRFToken 中附上它。"
            ) from error
