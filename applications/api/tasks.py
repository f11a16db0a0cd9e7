"""The departments' work over the API: queues, records, decisions. Each action is one service call."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications import selectors
from applications.acts import act_named, offered
from applications.api import acts, inputs, serializers, task_serializers
from applications.api.filters import DecisionFilter, FiguresFilter, PublicationListFilter, TaskListFilter
from applications.api.inputs import taken
from applications.models import BulkAct, Decision, Publication, ReviewTask
from applications.selectors.consulting import asked_on
from applications.selectors.decisions import published
from applications.selectors.figures import figures
from applications.selectors.queue import bulk_act_for
from applications.services import bulk, decisions, review
from applications.views import photos
from core import clock
from core.errors import Forbidden, NotFound
from core.uploads import IMAGE_FORMATS
from matters.models import StepFigures
from matters.permissions import is_staff

KEY = "[a-z][a-z-]{0,39}"


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
    serializer_class = task_serializers.TaskSerializer
    filterset_class = TaskListFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[ReviewTask]:
        return selectors.department_tasks(self.request.user)

    def _shown(self, pk: str) -> Response:
        return Response(self.get_serializer(selectors.task_for(self.request.user, int(pk))).data)

    def retrieve(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return self._shown(pk)

    @extend_schema(summary="领取", request=None, responses=task_serializers.TaskSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        review.claim(task_id=int(pk), by=request.user, now=clock.now())
        return self._shown(pk)

    @extend_schema(summary="退回队列", request=None, responses=task_serializers.TaskSerializer)
    @action(detail=True, methods=["post"], url_path="put-back")
    def put_back(self, request: Request, pk: str) -> Response:
        review.put_back(task_id=int(pk), by=request.user, now=clock.now())
        return self._shown(pk)

    @extend_schema(
        summary="填写记录",
        request=inputs.FindingSerializer,
        responses={201: task_serializers.TaskRecordSerializer},
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def records(self, request: Request, pk: str) -> Response:
        given = taken(inputs.FindingSerializer, request)
        record = review.record(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return Response(task_serializers.TaskRecordSerializer(record).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="办理记录和现场照片",
        responses=task_serializers.TaskRecordSerializer(many=True),
        filters=False,
    )
    @records.mapping.get
    def list_records(self, request: Request, pk: str) -> Response:
        task = selectors.task_for(request.user, int(pk))
        return Response(task_serializers.TaskRecordSerializer(task.records.all(), many=True).data)

    @extend_schema(
        summary="完成环节", request=inputs.CompleteSerializer, responses=task_serializers.TaskSerializer
    )
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        given = taken(inputs.CompleteSerializer, request)
        review.complete(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)

    @extend_schema(
        summary="现在可以办的操作", responses=task_serializers.TaskActSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["get"], pagination_class=None, url_path="acts")
    def offered_acts(self, request: Request, pk: str) -> Response:
        task = selectors.task_for(request.user, int(pk))
        shown = [
            acts.described(act, task=task, by=request.user) for act in offered(task=task, by=request.user)
        ]
        return Response(task_serializers.TaskActSerializer(shown, many=True).data)

    @extend_schema(
        summary="办一项操作",
        description="key 和要填写的内容见“现在可以办的操作”。办完后任务已不在您的部门队列时，回答 204。",
        request=OpenApiTypes.OBJECT,
        examples=[OpenApiExample("转交同事", value={"to": 12, "reason": "明天起休假"}, request_only=True)],
        responses={200: task_serializers.TaskSerializer, 204: None},
        parameters=[OpenApiParameter("key", str, OpenApiParameter.PATH, pattern=KEY)],
    )
    @action(detail=True, methods=["post"], url_path=f"acts/(?P<key>{KEY})")
    def act(self, request: Request, pk: str, key: str) -> Response:
        wanted, task = act_named(key), selectors.task_for(request.user, int(pk))
        wanted.check(task=task, by=request.user)
        given = acts.filled(wanted, request, task=task)
        wanted.serve(task_id=task.pk, by=request.user, now=clock.now(), **given)
        try:
            return self._shown(pk)
        except NotFound:
            return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="这项任务征询的意见",
        responses=task_serializers.ConsultationSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def consultations(self, request: Request, pk: str) -> Response:
        asked = asked_on(selectors.task_for(request.user, int(pk)))
        return Response(task_serializers.ConsultationSerializer(asked, many=True).data)

    @extend_schema(
        summary="作出决定", request=inputs.DecideSerializer, responses={201: serializers.DecisionSerializer}
    )
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        given = taken(inputs.DecideSerializer, request)
        decision = decisions.decide(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return Response(serializers.DecisionSerializer(decision).data, status=status.HTTP_201_CREATED)


class BulkActViewSet(viewsets.GenericViewSet):
    """One act on up to 500 tasks: asked for, done by a worker, and watched by whoever asked."""

    permission_classes = (IsAuthenticated, HasPost)
    queryset = BulkAct.objects.none()
    serializer_class = task_serializers.BulkActSerializer
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()

    @extend_schema(
        summary="批量办理", request=inputs.BulkSerializer, responses={202: task_serializers.BulkActSerializer}
    )
    def create(self, request: Request) -> Response:
        given = taken(inputs.BulkSerializer, request)
        act = bulk.ask(
            kind=given["kind"],
            task_ids=given["tasks"],
            text=given["text"],
            to=acts.colleague(request.user, given["to"]),
            by=request.user,
            now=clock.now(),
        )
        return Response(acts.progress(act), status=status.HTTP_202_ACCEPTED)

    @extend_schema(summary="批量办理的进度", responses=task_serializers.BulkActSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(acts.progress(bulk_act_for(request.user, int(pk))))


class RecordPhotoFileView(APIView):
    """One picture taken on site; who reads it leaves a trace."""

    permission_classes = (IsAuthenticated, HasPost)

    @extend_schema(
        summary="下载现场照片",
        operation_id="record_photos_file",
        responses={(200, each): OpenApiTypes.BINARY for each in IMAGE_FORMATS},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        return photos.photo(request._request, pk)


@extend_schema_view(list=extend_schema(summary="办理用时"))
class FiguresViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """How long matters and their steps really take: for heads their departments', for overseers all."""

    permission_classes = (IsAuthenticated, HasPost)
    queryset = StepFigures.objects.none()
    serializer_class = task_serializers.MatterFiguresSerializer
    filterset_class = FiguresFilter

    def get_queryset(self) -> QuerySet[StepFigures]:
        return figures(self.request.user)


@extend_schema_view(list=extend_schema(summary="行政许可公示"))
class PublicationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The licences granted, for anybody (行政许可法 §40)."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    queryset = Publication.objects.none()
    serializer_class = task_serializers.PublicationSerializer
    filterset_class = PublicationListFilter

    def get_queryset(self) -> QuerySet[Publication]:
        return published()


@extend_schema_view(list=extend_schema(summary="决定"), retrieve=extend_schema(summary="一项决定"))
class DecisionViewSet(viewsets.ReadOnlyModelViewSet):
    """Decisions on the applications the viewer may see."""

    queryset = Decision.objects.none()
    serializer_class = serializers.DecisionSerializer
    filterset_class = DecisionFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Decision]:
        return selectors.visible_decisions(self.request.user)
