"""The catalogue, for anybody."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid, NotFound
from matters import selectors, trips
from matters.api import serializers
from matters.api import situations as asking
from matters.api.examples import example
from matters.api.trips import BundleTripsSerializer, TripsSerializer
from matters.catalogue.content import elements_of
from matters.catalogue.differences import differences
from matters.filters import MatterFilter
from matters.models import Bundle, Department, MatterVersion, ServicePoint
from matters.presenters.situation import CHOSEN

_ANSWERS = OpenApiParameter(
    "answers",
    OpenApiTypes.OBJECT,
    description="情形问题的回答：每个问题的键是一个参数名，值是所选答案的键，如 `?agent=yes`。",
    style="form",
    explode=True,
)

_CHOSEN = OpenApiParameter(
    CHOSEN,
    OpenApiTypes.STR,
    description="要一起办的可选事项，编码以逗号分隔；留空只办必选事项，不写则全部一起办。",
)


def _whole(name: str, description: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, int, description=description, required=required)


def _number(request: Request, name: str) -> int:
    said = request.query_params.get(name, "")
    if not said.isascii() or not said.isdigit() or len(said) > 6:
        raise Invalid("version_number", "请用整数写明版本号，例如 1。", field=name)
    return int(said)


@method_decorator(conditional_page, name="dispatch")
class Public(viewsets.ReadOnlyModelViewSet):
    """What anybody may read without signing in, by code; a token is neither asked for nor looked at.

    Answers carry an ETag, so that a reader who sends it back (If-None-Match) gets 304 while nothing has changed.
    """

    permission_classes = (AllowAny,)
    authentication_classes = ()
    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    cursor_ordering = "code"


@extend_schema_view(
    list=extend_schema(
        summary="事项列表",
        description="在用的事项。用 q 搜索时，也列出名称相符但已暂停或取消的事项（见 state），它们不能申报。",
        examples=example("matters_list"),
    ),
    retrieve=extend_schema(summary="办事指南", examples=example("matters_retrieve")),
)
class MatterViewSet(Public):
    filterset_class = MatterFilter
    queryset = MatterVersion.objects.none()

    def get_queryset(self) -> QuerySet[MatterVersion]:
        return selectors.current_matters().annotate(code=F("matter__code"))

    def get_serializer_class(self) -> Any:
        return (
            serializers.MatterSerializer if self.action == "retrieve" else serializers.MatterSummarySerializer
        )

    def retrieve(self, request: Request, code: str) -> Response:  # type: ignore[override]
        return Response(self.get_serializer(selectors.matter_for_guide(code)).data)

    @extend_schema(
        summary="事项的各个版本",
        responses=serializers.VersionSummarySerializer(many=True),
        filters=False,
        examples=example("matters_versions"),
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def versions(self, request: Request, code: str) -> Response:
        found = selectors.versions_of(code)
        return Response(serializers.VersionSummarySerializer(found, many=True).data)

    @extend_schema(
        summary="事项的一个版本",
        parameters=[OpenApiParameter("number", int, "path", description="版本号")],
        responses=serializers.VersionSerializer,
        examples=example("matters_version"),
    )
    @action(detail=True, url_path=r"versions/(?P<number>[0-9]{1,6})")
    def version(self, request: Request, code: str, number: str) -> Response:
        return Response(serializers.VersionSerializer(selectors.version_of(code, int(number))).data)

    @extend_schema(
        summary="两个版本的不同",
        parameters=[_whole("from", "旧版的版本号"), _whole("to", "新版的版本号")],
        responses=serializers.DifferenceSerializer(many=True),
        filters=False,
        examples=example("matters_diff"),
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def diff(self, request: Request, code: str) -> Response:
        before = selectors.version_of(code, _number(request, "from"))
        after = selectors.version_of(code, _number(request, "to"))
        found = differences(before.content, after.content)
        return Response(serializers.DifferenceSerializer(found, many=True).data)

    @extend_schema(
        summary="情形问题",
        responses=asking.QuestionSerializer(many=True),
        filters=False,
        examples=example("matters_situations"),
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def situations(self, request: Request, code: str) -> Response:
        values = elements_of(selectors.matter_for_guide(code))
        return Response(asking.QuestionSerializer(values["situations"], many=True).data)

    @extend_schema(
        summary="按情形要带的材料",
        parameters=[_ANSWERS],
        responses=asking.ChecklistSerializer,
        examples=example("matters_checklist"),
    )
    @action(detail=True)
    def checklist(self, request: Request, code: str) -> Response:
        values = elements_of(selectors.matter_for_guide(code))
        found = asking.checklist(values, request.query_params.dict())
        return Response(asking.ChecklistSerializer(found).data)

    @extend_schema(
        summary="到现场次数是怎样算出来的",
        parameters=[_ANSWERS],
        responses=TripsSerializer,
        examples=example("matters_trips"),
    )
    @action(detail=True)
    def trips(self, request: Request, code: str) -> Response:
        values = elements_of(selectors.matter_for_guide(code))
        found = trips.analyse(values, answers=request.query_params.dict())
        return Response(TripsSerializer(found.as_dict()).data)


@extend_schema_view(
    list=extend_schema(summary="一件事列表", examples=example("bundles_list")),
    retrieve=extend_schema(summary="一件事", examples=example("bundles_retrieve")),
)
class BundleViewSet(Public):
    serializer_class = serializers.BundleSerializer
    queryset = Bundle.objects.none()

    def get_queryset(self) -> QuerySet[Bundle]:
        return selectors.bundles().prefetch_related(
            "members__matter__current", "dependencies__first", "dependencies__then"
        )

    def retrieve(self, request: Request, code: str) -> Response:  # type: ignore[override]
        found = self.get_queryset().filter(code=code).first()
        if found is None:
            raise NotFound(f"没有编码为 {code} 的一件事。")
        return Response(self.get_serializer(found).data)

    @extend_schema(
        summary="一件事的情形问题",
        parameters=[_CHOSEN],
        responses=asking.QuestionSerializer(many=True),
        filters=False,
        examples=example("bundles_situations"),
    )
    @action(detail=True, pagination_class=None)
    def situations(self, request: Request, code: str) -> Response:
        found = asking.bundle_questions(selectors.bundle_for_guide(code), request.query_params)
        return Response(asking.QuestionSerializer(found, many=True).data)

    @extend_schema(
        summary="一件事按情形要带的材料",
        parameters=[_CHOSEN, _ANSWERS],
        responses=asking.BundleChecklistSerializer,
        examples=example("bundles_checklist"),
    )
    @action(detail=True)
    def checklist(self, request: Request, code: str) -> Response:
        found = asking.bundle_checklist(selectors.bundle_for_guide(code), request.query_params)
        return Response(asking.BundleChecklistSerializer(found).data)

    @extend_schema(
        summary="一件事的到现场次数是怎样算出来的",
        parameters=[_CHOSEN, _ANSWERS],
        responses=BundleTripsSerializer,
        examples=example("bundles_trips"),
    )
    @action(detail=True)
    def trips(self, request: Request, code: str) -> Response:
        found = asking.bundle_trips(selectors.bundle_for_guide(code), request.query_params)
        return Response(BundleTripsSerializer(found).data)


@extend_schema_view(
    list=extend_schema(summary="部门列表", examples=example("departments_list")),
    retrieve=extend_schema(summary="部门", examples=example("departments_retrieve")),
)
class DepartmentViewSet(Public):
    serializer_class = serializers.DepartmentSerializer
    queryset = Department.objects.none()

    def get_queryset(self) -> QuerySet[Department]:
        return selectors.departments()


@extend_schema_view(
    list=extend_schema(summary="服务网点列表", examples=example("service_points_list")),
    retrieve=extend_schema(summary="服务网点", examples=example("service_points_retrieve")),
)
class ServicePointViewSet(Public):
    serializer_class = serializers.ServicePointSerializer
    queryset = ServicePoint.objects.none()

    def get_queryset(self) -> QuerySet[ServicePoint]:
        return selectors.service_points()
