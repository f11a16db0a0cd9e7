"""Questions to departments and colleagues over the API: read and answered here, asked and taken back by acts on a task."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from applications.api.filters import ConsultationFilter
from applications.api.inputs import ConsultationAnswerSerializer, taken
from applications.api.task_serializers import ConsultationSerializer
from applications.api.tasks import HasPost
from applications.models import Consultation
from applications.selectors import consulting as selectors
from applications.services import consulting
from core import clock


@extend_schema_view(list=extend_schema(summary="征询意见"), retrieve=extend_schema(summary="一件征询"))
class ConsultationViewSet(viewsets.ReadOnlyModelViewSet):
    """The questions put to the viewer or to the departments they answer for; who asked reads them at the task."""

    permission_classes = (IsAuthenticated, HasPost)
    queryset = Consultation.objects.none()
    serializer_class = ConsultationSerializer
    filterset_class = ConsultationFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Consultation]:
        return selectors.put_to(self.request.user)

    def retrieve(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return Response(self.get_serializer(selectors.consultation_for(request.user, int(pk))).data)

    @extend_schema(summary="答复征询", request=ConsultationAnswerSerializer, responses=ConsultationSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        given = taken(ConsultationAnswerSerializer, request)
        consulting.answer(consultation_id=int(pk), by=request.user, now=clock.now(), **given)
        return self.retrieve(request, pk)
