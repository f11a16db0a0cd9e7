"""The catalogue, for anybody."""

from typing import Any

from django.db.models import F, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import NotFound
from matters import selectors
from matters.api import serializers
from matters.filters import MatterFilter
from matters.models import Bundle, Department, MatterVersion, ServicePoint


class Public:
    """What anybody may read without signing in, by code; a token is neither asked for nor looked at."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    cursor_ordering = "code"


@extend_schema_view(list=extend_schema(summary="事项列表"), retrieve=extend_schema(summary="办事指南"))
class MatterViewSet(Public, viewsets.ReadOnlyModelViewSet):
    filterset_class = MatterFilter
    queryset = MatterVersion.objects.none()

    def get_queryset(self) -> QuerySet[MatterVersion]:
        return selectors.published_matters().annotate(code=F("matter__code"))

    def get_serializer_class(self) -> Any:
        return (
            serializers.MatterSerializer if self.action == "retrieve" else serializers.MatterSummarySerializer
        )

    def retrieve(self, request: Request, code: str) -> Response:  # type: ignore[override]
        return Response(self.get_serializer(selectors.matter_for_guide(code)).data)


@extend_schema_view(list=extend_schema(summary="一件事列表"), retrieve=extend_schema(summary="一件事"))
class BundleViewSet(Public, viewsets.ReadOnlyModelViewSet):
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


@extend_schema_view(list=extend_schema(summary="部门列表"), retrieve=extend_schema(summary="部门"))
class DepartmentViewSet(Public, viewsets.ReadOnlyModelViewSet):
    serializer_class = serializers.DepartmentSerializer
    queryset = Department.objects.none()

    def get_queryset(self) -> QuerySet[Department]:
        return selectors.departments()


@extend_schema_view(list=extend_schema(summary="服务网点列表"), retrieve=extend_schema(summary="服务网点"))
class ServicePointViewSet(Public, viewsets.ReadOnlyModelViewSet):
    serializer_class = serializers.ServicePointSerializer
    queryset = ServicePoint.objects.none()

    def get_queryset(self) -> QuerySet[ServicePoint]:
        return selectors.service_points()
