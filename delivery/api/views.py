"""The outlet over the API."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.api.inputs import taken
from applications.selectors import application_for
from core import clock
from core.errors import NotFound
from core.selectors import document_for_verification
from core.throttle import address_of, spend
from delivery import selectors
from delivery.api import serializers
from delivery.api.filters import DeliveryFilter, HandoverFilter, ShipmentFilter
from delivery.models import Delivery, Handover, Shipment
from delivery.services import outlet, shipments
from matters.enums import Role
from matters.permissions import window_of


@extend_schema_view(list=extend_schema(summary="送达"), retrieve=extend_schema(summary="一次送达"))
class DeliveryViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Delivery.objects.none()
    serializer_class = serializers.DeliverySerializer
    filterset_class = DeliveryFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Delivery]:
        return selectors.deliveries(self.request.user)


@extend_schema_view(
    list=extend_schema(summary="窗口出件记录"), retrieve=extend_schema(summary="一次窗口出件")
)
class HandoverViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    queryset = Handover.objects.none()
    serializer_class = serializers.HandoverSerializer
    filterset_class = HandoverFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Handover]:
        return selectors.handovers(self.request.user)

    @extend_schema(
        summary="窗口出件",
        request=serializers.NewHandoverSerializer,
        responses={201: serializers.HandoverSerializer},
    )
    def create(self, request: Request) -> Response:
        given = taken(serializers.NewHandoverSerializer, request)
        application = application_for(request.user, given.pop("application"))
        handover = outlet.hand_over(
            application_id=application.pk,
            place=window_of(request.user, Role.OUTLET),
            by=request.user,
            now=clock.now(),
            **given,
        )
        return Response(self.get_serializer(handover).data, status=status.HTTP_201_CREATED)


@extend_schema_view(list=extend_schema(summary="政务专递"), retrieve=extend_schema(summary="一个专递"))
class ShipmentViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Shipment.objects.none()
    serializer_class = serializers.ShipmentSerializer
    filterset_class = ShipmentFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Shipment]:
        return selectors.parcels(self.request.user)

    @extend_schema(summary="交寄", request=None, responses=serializers.ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        shipment = shipments.send(shipment_id=self.get_object().pk, by=request.user, now=clock.now())
        return Response(self.get_serializer(shipment).data)


class VerificationView(APIView):
    """Verify a document, for anybody."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(summary="核验文书", operation_id="verify", responses=serializers.VerificationSerializer)
    def get(self, request: Request, token: str) -> Response:
        spend(what="verify", who=address_of(request), times=60, seconds=60)
        document = document_for_verification(token)
        if document is None:
            raise NotFound("没有这份文书：核验码不正确，或文书不是本系统出具。")
        return Response(
            {
                "valid": document.revoked_at is None,
                "title": document.title,
                "number": document.number,
                "issuer": document.issuer["name"],
                "holder": document.holder,
                "issued_at": document.issued_at,
                "revoked_at": document.revoked_at,
                "revoked_reason": document.revoked_reason,
                "sha256": document.sha256,
            }
        )
