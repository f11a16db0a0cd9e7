"""The door of the API: tokens, the browsable page, what the error codes mean."""

from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Refusal
from core.throttle import address_of, spend

# Swagger UI draws with inline styles and data: pictures; it is still served from here alone and runs no inline script.
API_PAGE_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'"


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=64)
    password = serializers.CharField(max_length=128)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class WrongCredentials(Refusal):
    """Name and password do not fit, or the name is locked; which of them is not told."""

    status = 401

    def __init__(self) -> None:
        super().__init__("wrong_credentials", "用户名或密码不正确；连续错误 5 次将锁定 15 分钟。")


class TokenView(APIView):
    """A token for programs: send it as `Authorization: Token …`."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(summary="取得令牌", request=CredentialsSerializer, responses=TokenSerializer)
    def post(self, request: Request) -> Response:
        spend(what="token", who=address_of(request), times=20, seconds=60)
        checked = CredentialsSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        user = authenticate(request._request, **checked.validated_data)
        if user is None:
            raise WrongCredentials()
        token, _ = Token.objects.get_or_create(user=user)
        return Response({"token": token.key}, status=status.HTTP_200_OK)


class ApiPage(SpectacularSwaggerSplitView):
    """The browsable page: every operation with its examples, tried from the browser."""

    url_name = "schema"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().get(request, *args, **kwargs)
        response["Content-Security-Policy"] = API_PAGE_POLICY
        return response


def problems(request: HttpRequest) -> HttpResponse:
    """Show what the `type` of a problem document points at."""
    return render(request, "portal/api_problems.html")
