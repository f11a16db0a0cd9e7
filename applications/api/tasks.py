"""The departments' work over the API: queues, records, decisions. Each action is one service call."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from applications import selectors
from applications.api import inputs, serializers
from applications.api.filters import DecisionFilter
from applications.api.inputs import taken
from applications.filters import TaskFilter
from applications.models import Decision, ReviewTask
from applications.services import decisions, review
from core import clock
from core.errors import Forbidden
from matters.permissions import is_staff


class HasPost(BasePermission):
    """Nobody outside the offices learns which tasks there are."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_staff(request.user):
            raise Forbidden("post_required", "部门任务只对有岗位的工作人员开放；办理进度请查询您的申报。")
        return True


@extend_schema_view(list=extend_schema(summary="部门任务"), retrieve=extend_schema(summary="一项任务"))
class TaskViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The queues of the viewer's departments; the list holds live tasks unless a `state` is asked for."""

    permission_classes = (IsAuthenticated, HasPost)
    queryset = ReviewTask.objects.none()
    serializer_class = serializers.TaskSerializer
    filterset_class = TaskFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[ReviewTask]:
        return selectors.department_tasks(self.request.user)

    def _shown(self, pk: str) -> Response:
        return Response(self.get_serializer(selectors.task_for(self.request.user, int(pk))).data)

    def retrieve(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return self._shown(pk)

    @extend_schema(summary="领取", request=None, responses=serializers.TaskSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        review.claim(task_id=int(pk), by=request.user, now=clock.now())
        return self._shown(pk)

    @extend_schema(summary="退回队列", request=None, responses=serializers.TaskSerializer)
    @action(detail=True, methods=["post"], url_path="put-back")
    def put_back(self, request: Request, pk: str) -> Response:
        review.put_back(task_id=int(pk), by=request.user, now=clock.now())
        return self._shown(pk)

    @extend_schema(
        summary="填写记录",
        request=inputs.FindingSerializer,
        responses={201: serializers.TaskRecordSerializer},
    )
    @action(detail=True, methods=["post"])
    def records(self, request: Request, pk: str) -> Response:
        given = taken(inputs.FindingSerializer, request)
        record = review.record(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return Response(serializers.TaskRecordSerializer(record).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="完成环节", request=inputs.CompleteSerializer, responses=serializers.TaskSerializer
    )
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        given = taken(inputs.CompleteSerializer, request)
        review.complete(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)

    @extend_schema(
        summary="作出决定", request=inputs.DecideSerializer, responses={201: serializers.DecisionSerializer}
    )
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        given = taken(inputs.DecideSerializer, request)
        decision = decisions.decide(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return Response(serializers.DecisionSerializer(decision).data, status=status.HTTP_201_CREATED)


@extend_schema_view(list=extend_schema(summary="决定"), retrieve=extend_schema(summary="一项决定"))
class DecisionViewSet(viewsets.ReadOnlyModelViewSet):
    """Decisions on the applications the viewer may see."""

    queryset = Decision.objects.none()
    serializer_class = serializers.DecisionSerializer
    filterset_class = DecisionFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Decision]:
        return selectors.decisions(self.request.user)
