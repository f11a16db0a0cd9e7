"""The door of the API: index, tokens, the inbox, the browsable page, what the error codes mean."""

from typing import Any

from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from core import clock, selectors
from core.errors import NotFound, Refusal
from core.models import Message
from core.services.notices import mark_read
from core.throttle import address_of, spend
from portal.api import tokens

# Swagger UI draws with inline styles and data: pictures; it is still served from here alone and runs no inline script.
API_PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
RESOURCES = (
    "matters",
    "bundles",
    "departments",
    "service-points",
    "applications",
    "tasks",
    "decisions",
    "cards",
    "figures",
    "publications",
    "calendar",
    "deliveries",
    "handovers",
    "shipments",
    "messages",
    "progress",
    "token",
)


@extend_schema_serializer(
    examples=[
        OpenApiExample("个人", value={"username": "citizen1", "password": "您的密码"}, request_only=True)
    ]
)
class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=64, help_text="用户名、手机号码或证件号码")
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class MessageSerializer(serializers.ModelSerializer):
    """One message of the inbox."""

    class Meta:
        model = Message
        fields = ("id", "title", "body", "reference", "created_at", "read_at")


class WrongCredentials(Refusal):
    """Name and password do not fit; which of them is not told."""

    status = 401

    def __init__(self) -> None:
        super().__init__("wrong_credentials", "用户名或密码不正确；连续错误 5 次将锁定 15 分钟。")


class TokenView(APIView):
    """A token for programs: send it as `Authorization: Token …`."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        summary="取得令牌",
        operation_id="token_issue",
        request=CredentialsSerializer,
        responses=TokenSerializer,
    )
    def post(self, request: Request) -> Response:
        spend(what="token", who=address_of(request), times=20, seconds=60)
        checked = CredentialsSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        user = authenticate(request._request, **checked.validated_data)
        if user is None:
            raise WrongCredentials()
        return Response({"token": tokens.issue(user=user, now=clock.now())})


class TokenRevocationView(APIView):
    """Programs that use the token are refused from then on; so they are after a change of password."""

    @extend_schema(summary="收回令牌", operation_id="token_revoke", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        tokens.revoke(user=request.user, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(list=extend_schema(summary="站内信"))
class MessageViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """What the person behind the account has been told, newest first."""

    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    filter_backends = ()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Message]:
        return selectors.inbox(self.request.user)

    @extend_schema(summary="标为已读", request=None, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        message = mark_read(viewer=request.user, message_id=int(pk), now=clock.now())
        return Response(self.get_serializer(message).data)


class IndexView(APIView):
    """What there is, and where."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        here = reverse("api-index", request=request)
        return Response(
            {
                "docs": reverse("api-docs", request=request),
                "schema": reverse("schema", request=request),
                "problems": reverse("api-problems", request=request),
                "v1": {name: f"{here}v1/{name}/" for name in RESOURCES},
            }
        )


class NowhereView(APIView):
    """An address of the API that does not exist."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("接口中没有这个地址，请对照接口文档 /api/docs/ 核对。", code="no_such_address")


class ApiPage(SpectacularSwaggerSplitView):
    """The browsable page: every operation with its examples, tried from the browser."""

    url_name = "schema"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().get(request, *args, **kwargs)
        response["Content-Security-Policy"] = API_PAGE_POLICY
        return response


def problems(request: HttpRequest) -> HttpResponse:
    """Show what the `type` of a problem document points at."""
    return render(request, "portal/api_problems.html")


class CalendarYearSerializer(serializers.Serializer):
    """One year of the working calendar: what a notice moves away from the weekdays."""

    year = serializers.IntegerField()
    working_days = serializers.IntegerField(help_text="全年工作日")
    days_off = serializers.ListField(child=serializers.DateField(), help_text="周一至周五中放假的日子")
    make_up_days = serializers.ListField(child=serializers.DateField(), help_text="周末中上班的日子")


class CalendarSerializer(serializers.Serializer):
    """From when to when the working calendar reaches; no limit is reckoned beyond."""

    first_year = serializers.IntegerField()
    last_year = serializers.IntegerField()


class CalendarView(APIView):
    """How far the working calendar reaches, for anybody."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(summary="工作日历", operation_id="calendar", responses=CalendarSerializer)
    def get(self, request: Request) -> Response:
        years = selectors.calendar_years()
        if years is None:
            raise NotFound("工作日历还是空的。")
        return Response({"first_year": years[0], "last_year": years[1]})


class CalendarYearView(APIView):
    """One year of the working calendar, for anybody."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(summary="一年的工作日历", operation_id="calendar_year", responses=CalendarYearSerializer)
    def get(self, request: Request, year: str) -> Response:
        days = selectors.calendar_of(int(year))
        if not days:
            raise NotFound("工作日历里没有这一年。")
        return Response(
            {
                "year": int(year),
                "working_days": sum(day.is_working for day in days),
                "days_off": [day.date for day in days if not day.is_working and day.date.weekday() < 5],
                "make_up_days": [day.date for day in days if day.is_working and day.date.weekday() > 4],
            }
        )
