"""Applications over the API; each action is one service call, refusals become problem documents."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications import presenters, selectors
from applications.api import inputs, serializers
from applications.api.filters import ApplicationFilter
from applications.api.inputs import taken
from applications.enums import Channel
from applications.items import Item
from applications.models import Application
from applications.permissions import is_applicant
from applications.services import corrections, counter, drafts, filing, intake, supplying, uploads
from applications.views import files
from core import clock
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.throttle import address_of, spend
from core.uploads import PDF, SUFFIXES
from matters import selectors as catalogue
from matters.models import Bundle, MatterVersion, ServicePoint
from matters.permissions import window_of


@extend_schema_view(list=extend_schema(summary="可以查看的申报"), retrieve=extend_schema(summary="一项申报"))
class ApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The road of an application: a draft is filled in and submitted, windows accept it."""

    queryset = Application.objects.none()
    serializer_class = serializers.ApplicationSerializer
    filterset_class = ApplicationFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Application]:
        return selectors.applications(self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": clock.now()}

    def _shown(self, pk: int | str, http_status: int = status.HTTP_200_OK) -> Response:
        application = selectors.application_by_id(self.request.user, int(pk))
        return Response(self.get_serializer(application).data, status=http_status)

    def retrieve(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return self._shown(pk)

    @extend_schema(
        summary="开始申请（草稿）",
        request=inputs.StartSerializer,
        responses={201: serializers.ApplicationSerializer},
    )
    def create(self, request: Request) -> Response:
        given = taken(inputs.StartSerializer, request)
        version, bundle = _what(given)
        if given["channel"] == Channel.COUNTER:
            draft = self._at_counter(request, given, version, bundle)
        else:
            draft = drafts.start(
                applicant=selectors.applicant_of(request.user),
                by=request.user,
                now=clock.now(),
                channel=Channel.API,
                version=version,
                bundle=bundle,
                chosen=given["chosen"],
                answers=given["answers"],
            )
        return self._shown(draft.pk, status.HTTP_201_CREATED)

    def _at_counter(
        self, request: Request, given: dict[str, Any], version: MatterVersion | None, bundle: Bundle | None
    ) -> Application:
        try:
            return counter.open_draft(
                identity=counter.Identity(**given["applicant"]),
                version=version,
                bundle=bundle,
                chosen=given["chosen"],
                place=_window(request),
                by=request.user,
                now=clock.now(),
                answers=given["answers"],
            )
        except Refusal as refusal:
            if refusal.field in given["applicant"]:
                refusal.field = f"applicant.{refusal.field}"
            raise

    @extend_schema(
        summary="填写申请", request=inputs.AnswersSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["put"])
    def answers(self, request: Request, pk: str) -> Response:
        given = taken(inputs.AnswersSerializer, request)
        given["conditions"] = tuple(given["conditions"])
        drafts.fill(application_id=int(pk), answers=drafts.Answers(**given), by=request.user, now=clock.now())
        return self._shown(pk)

    @extend_schema(
        summary="选择情形",
        request=inputs.SituationsSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["patch"])
    def situations(self, request: Request, pk: str) -> Response:
        given = taken(inputs.SituationsSerializer, request)
        drafts.answer_situations(
            application_id=int(pk), answers=given["answers"], by=request.user, now=clock.now()
        )
        return self._shown(pk)

    @extend_schema(
        summary="选择一件事的可选事项",
        request=inputs.MembersSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["put"])
    def members(self, request: Request, pk: str) -> Response:
        given = taken(inputs.MembersSerializer, request)
        drafts.choose_members(
            application_id=int(pk), chosen=given["chosen"], by=request.user, now=clock.now()
        )
        return self._shown(pk)

    @extend_schema(summary="删除草稿")
    def destroy(self, request: Request, pk: str) -> Response:
        drafts.discard(application_id=int(pk), by=request.user, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="窗口收到的纸质材料",
        request=inputs.PapersSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["put"])
    def papers(self, request: Request, pk: str) -> Response:
        given = taken(inputs.PapersSerializer, request)
        uploads.receive_paper(
            application_id=int(pk), material_ids=set(given["materials"]), by=request.user, now=clock.now()
        )
        return self._shown(pk)

    @extend_schema(
        summary="提交", request=inputs.SubmitSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        given = taken(inputs.SubmitSerializer, request)
        filing.submit(application_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)

    @extend_schema(
        summary="受理", request=inputs.AcceptSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        given = taken(inputs.AcceptSerializer, request)
        refusals = {
            each["case"]: intake.CaseRefusal(each["reason"], each["competent_authority"])
            for each in given["refusals"]
        }
        intake.accept(application_id=int(pk), by=request.user, now=clock.now(), refusals=refusals)
        return self._shown(pk)

    @extend_schema(
        summary="不予受理", request=inputs.RefuseSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        given = taken(inputs.RefuseSerializer, request)
        intake.refuse(application_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)

    @extend_schema(
        summary="一次性告知补正",
        request=inputs.AskCorrectionSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["post"])
    def correction(self, request: Request, pk: str) -> Response:
        given = taken(inputs.AskCorrectionSerializer, request)
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
        request=inputs.AnswerCorrectionSerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["post"], url_path="correction/answer")
    def answer_correction(self, request: Request, pk: str) -> Response:
        given = taken(inputs.AnswerCorrectionSerializer, request)
        answers = {each["item"]: each["answer"] for each in given["answers"]}
        if is_applicant(request.user, selectors.application_by_id(request.user, int(pk))):
            corrections.answer(
                application_id=int(pk),
                answers=answers,
                by=request.user,
                now=clock.now(),
                channel=Channel.API,
            )
        else:
            counter.answer_correction(
                application_id=int(pk),
                answers=answers,
                handed=counter.Handed(papers=frozenset(given["papers"])),
                place=_window(request),
                by=request.user,
                now=clock.now(),
            )
        return self._shown(pk)

    @extend_schema(
        summary="补齐模拟意见列出的前置条件",
        request=inputs.SupplySerializer,
        responses=serializers.ApplicationSerializer,
    )
    @action(detail=True, methods=["post"])
    def supply(self, request: Request, pk: str) -> Response:
        given = taken(inputs.SupplySerializer, request)
        application = selectors.application_by_id(request.user, int(pk))
        if given["case"] not in [case.pk for case in application.cases.all()]:
            raise Invalid("unknown_case", "这个办件不属于本申报，请核对编号。", field="case")
        said = {"case_id": given["case"], "note": given["note"], "by": request.user, "now": clock.now()}
        if is_applicant(request.user, application):
            supplying.supply(**said)
        else:
            handed = counter.Handed(papers=frozenset(given["papers"]))
            supplying.supply_at_counter(**said, handed=handed, place=_window(request))
        return self._shown(pk)

    @extend_schema(
        summary="撤回", request=inputs.ReasonSerializer, responses=serializers.ApplicationSerializer
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        given = taken(inputs.ReasonSerializer, request)
        filing.withdraw(application_id=int(pk), by=request.user, now=clock.now(), **given)
        return self._shown(pk)

    @extend_schema(summary="文书", responses=serializers.DocumentSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def documents(self, request: Request, pk: str) -> Response:
        application = selectors.application_by_id(request.user, int(pk))
        shown = serializers.DocumentSerializer(
            selectors.documents_of(application), many=True, context={"request": request}
        )
        return Response(shown.data)

    @extend_schema(summary="办理经过", responses=serializers.TimelineSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def timeline(self, request: Request, pk: str) -> Response:
        application = selectors.application_by_id(request.user, int(pk))
        entries = presenters.timeline(
            selectors.changes_of(application),
            for_staff=not is_applicant(request.user, application),
            also=presenters.standstills(application),
        )
        return Response(serializers.TimelineSerializer(entries, many=True).data)


class MaterialFilesView(APIView):
    """Files of one material of a draft, or of an application under correction."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        summary="上传材料",
        operation_id="materials_upload",
        request=inputs.UploadSerializer,
        responses={201: serializers.AttachmentSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        given = taken(inputs.UploadSerializer, request)
        attachment = uploads.attach(material_id=pk, upload=given["file"], by=request.user, now=clock.now())
        return Response(serializers.AttachmentSerializer(attachment).data, status=status.HTTP_201_CREATED)


class AttachmentView(APIView):
    @extend_schema(summary="移除上传的文件", operation_id="attachments_remove", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        uploads.remove(attachment_id=pk, by=request.user, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class AttachmentFileView(APIView):
    @extend_schema(
        summary="下载上传的文件",
        operation_id="attachments_file",
        responses={(200, each): OpenApiTypes.BINARY for each in SUFFIXES},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        return files.attachment(request._request, pk)


class DocumentFileView(APIView):
    @extend_schema(
        summary="下载文书",
        operation_id="documents_file",
        responses={(200, PDF): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        return files.document(request._request, pk)


class ProgressView(APIView):
    """Progress for anybody who holds number and query code."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        summary="进度查询",
        operation_id="progress",
        parameters=[inputs.ProgressQuerySerializer],
        responses=serializers.ProgressSerializer,
    )
    def get(self, request: Request) -> Response:
        spend(what="progress", who=address_of(request), times=20, seconds=60)
        asked = inputs.ProgressQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        application = selectors.public_progress(**asked.validated_data)
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
    """Return the matter or bundle that is asked for; one that cannot be applied for is refused by field."""
    field = "bundle" if "bundle" in given else "matter"
    try:
        if field == "bundle":
            return None, catalogue.bundle_for_guide(given[field]).bundle
        return catalogue.matter_for_filing(given[field]), None
    except NotFound as error:
        raise Invalid(error.code, error.message, field=field) from error
    except Refusal as error:
        raise Refusal(error.code, error.message, field=field) from error


def _window(request: Request) -> ServicePoint:
    place = window_of(request.user)
    if place is None:
        raise Forbidden("no_window", "您没有窗口岗位，不能代申请人办理；如工作需要，请联系管理员任岗。")
    return place
