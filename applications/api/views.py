"""Applications, tasks and decisions over the API; each action is one service call, refusals become problem documents."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications import presenters, selectors
from applications.api import serializers
from applications.api.filters import ApplicationFilter, DecisionFilter
from applications.enums import Channel
from applications.filters import TaskFilter
from applications.items import Item
from applications.models import Application, Decision, ReviewTask
from applications.services import corrections, counter, decisions, drafts, filing, intake, review, uploads
from core import clock
from core.errors import Refusal
from core.throttle import address_of, spend
from matters import selectors as catalogue
from matters.models import Bundle, MatterVersion, ServicePoint
from matters.permissions import window_of


def taken(serializer: type, request: Request) -> dict[str, Any]:
    """Return the validated input of a request."""
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


@extend_schema_view(list=extend_schema(summary="可以查看的申报"), retrieve=extend_schema(summary="一项申报"))
class ApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The road of an application. A draft is filled in and submitted; windows accept; the outlet is in `deliveries`."""

    queryset = Application.objects.none()
    serializer_class = serializers.ApplicationSerializer
    filterset_class = ApplicationFilter
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> QuerySet[Application]:
        return selectors.applications(self.request.user)

    def _shown(self, pk: int | str, http_status: int = status.HTTP_200_OK) -> Response:
        application = selectors.application_by_id(self.request.user, int(pk))
        return Response(self.get_serializer(application).data, status=http_status)

    def retrieve(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return self._shown(pk)

    @extend_schema(
        summary="开始申请（草稿）",
        request=serializers.StartSerializer,
        responses={201: serializers.ApplicationSerializer},
    )
    def create(self, request: Request) -> Response:
        given = taken(serializers.StartSerializer, request)
        version, bundle = _what(given)
        if given["channel"] == Channel.COUNTER:
            draft = counter.open_draft(
                identity=counter.Identity(**given["applicant"]),
                version=version,
                bundle=bundle,
                chosen=given["chosen"],
                place=_window(request),
                by=request.user,
                now=clock.now(),
            )
        else:
            draft = drafts.start(
                applicant=selectors.applicant_of(request.user),
                by=request.user,
                now=clock.now(),
                channel=Channel.API,
                version=version,
                bundle=bundle,
                chosen=given["chosen"],
            )
        return self._shown(draft.pk, status.HTTP_201_CREATED)

    @extend_schema(
        summary="填写申请", request=serializers.AnswersSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["put"])
    def answers(self, request: Request, pk: str) -> Response:
        given = taken(serializers.AnswersSerializer, request)
        given["conditions"] = tuple(given["conditions"])
        drafts.fill(application_id=int(pk), answers=drafts.Answers(**given), by=request.user, now=clock.now())
        return self._shown(pk)

    @extend_schema(
        summary="选择一件事的可选事项",
        request=serializers.MembersSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["put"])
    def members(self, request: Request, pk: str) -> Response:
        given = taken(serializers.MembersSerializer, request)
        drafts.choose_members(
            application_id=int(pk), chosen=given["chosen"], by=request.user, now=clock.now()
        )
        return self._shown(pk)

    @extend_schema(summary="提交", request=None, responses=serializers.ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        filing.submit(application_id=int(pk), by=request.user, now=clock.now())
        return self._shown(pk)

    @extend_schema(
        summary="受理", request=serializers.AcceptSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        given = taken(serializers.AcceptSerializer, request)
        refusals = {
            each["case"]: intake.CaseRefusal(each["reason"], each["competent_authority"])
            for each in given["refusals"]
        }
        intake.accept(application_id=int(pk), by=request.user, now=clock.now(), refusals=refusals)
        return self._shown(pk)

    @extend_schema(
        summary="不予受理", request=serializers.RefuseSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        given = taken(serializers.RefuseSerializer, request)
        intake.refuse(application_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)

    @extend_schema(
        summary="一次性告知补正",
        request=serializers.AskCorrectionSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["post"])
    def correction(self, request: Request, pk: str) -> Response:
        given = taken(serializers.AskCorrectionSerializer, request)
        corrections.ask(
            application_id=int(pk),
            items=[Item(**each) for each in given["items"]],
            workdays=given["workdays"],
            by=request.user,
            now=clock.now(),
        )
        return self._shown(pk)

    @extend_schema(
        summary="提交补正",
        request=serializers.AnswerCorrectionSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["post"], url_path="correction/answer")
    def answer_correction(self, request: Request, pk: str) -> Response:
        given = taken(serializers.AnswerCorrectionSerializer, request)
        corrections.answer(
            application_id=int(pk),
            answers={each["item"]: each["answer"] for each in given["answers"]},
            by=request.user,
            now=clock.now(),
        )
        return self._shown(pk)

    @extend_schema(
        summary="撤回", request=serializers.ReasonSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        given = taken(serializers.ReasonSerializer, request)
        filing.withdraw(application_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)


class MaterialFilesView(APIView):
    """Files of one material of a draft, or of an application under correction."""

    parser_classes = (MultiPartParser, FormParser)

    @extend_schema(
        summary="上传材料",
        request=serializers.UploadSerializer,
        responses={201: serializers.AttachmentSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        given = taken(serializers.UploadSerializer, request)
        attachment = uploads.attach(material_id=pk, upload=given["file"], by=request.user, now=clock.now())
        return Response(serializers.AttachmentSerializer(attachment).data, status=status.HTTP_201_CREATED)


class AttachmentView(APIView):
    @extend_schema(summary="移除上传的文件", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        uploads.remove(attachment_id=pk, by=request.user, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(list=extend_schema(summary="部门任务"), retrieve=extend_schema(summary="一项任务"))
class TaskViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The queues of the viewer's departments."""

    queryset = ReviewTask.objects.none()
    serializer_class = serializers.TaskSerializer
    filterset_class = TaskFilter
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> QuerySet[ReviewTask]:
        return selectors.department_tasks(self.request.user)

    def _shown(self, pk: int | str) -> Response:
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
        request=serializers.FindingSerializer,
        responses={201: serializers.TaskRecordSerializer},
    )
    @action(detail=True, methods=["post"])
    def records(self, request: Request, pk: str) -> Response:
        given = taken(serializers.FindingSerializer, request)
        record = review.record(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return Response(serializers.TaskRecordSerializer(record).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="完成环节", request=serializers.CompleteSerializer, responses=serializers.TaskSerializer
    )
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        given = taken(serializers.CompleteSerializer, request)
        review.complete(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)

    @extend_schema(
        summary="作出决定",
        request=serializers.DecideSerializer,
        responses={201: serializers.DecisionSerializer},
    )
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        given = taken(serializers.DecideSerializer, request)
        decision = decisions.decide(task_id=int(pk), by=request.user, now=clock.now(), **given)
        return Response(serializers.DecisionSerializer(decision).data, status=status.HTTP_201_CREATED)


@extend_schema_view(list=extend_schema(summary="决定"), retrieve=extend_schema(summary="一项决定"))
class DecisionViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Decision.objects.none()
    serializer_class = serializers.DecisionSerializer
    filterset_class = DecisionFilter

    def get_queryset(self) -> QuerySet[Decision]:
        return selectors.decisions(self.request.user)


class ProgressView(APIView):
    """Progress for anybody who holds number and query code."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        summary="进度查询",
        parameters=[
            OpenApiParameter("number", str, required=True),
            OpenApiParameter("query_code", str, required=True),
        ],
        responses=serializers.ProgressSerializer,
    )
    def get(self, request: Request) -> Response:
        spend(what="progress", who=address_of(request), times=20, seconds=60)
        application = selectors.public_progress(
            request.query_params.get("number", ""), request.query_params.get("query_code", "")
        )
        standing = presenters.standing(application, now=clock.now())
        return Response(
            {
                "number": application.number,
                "title": application.title,
                "stage": presenters.stage(application),
                "where": standing.where,
                "turn": standing.turn,
                "by_when": standing.by_when,
                "applicant": presenters.masked_applicant(application),
                "trips": presenters.trips(application),
            }
        )


def _what(given: dict[str, Any]) -> tuple[MatterVersion | None, Bundle | None]:
    if "bundle" in given:
        return None, catalogue.bundle_for_guide(given["bundle"]).bundle
    return catalogue.matter_for_guide(given["matter"]), None


def _window(request: Request) -> ServicePoint:
    place = window_of(request.user)
    if place is None:
        raise Refusal("no_window", "您没有窗口岗位，不能代为申报。")
    return place
