"""Cards over the API; each action is one service call, on a card the viewer may see."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from applications.api.inputs import taken
from applications.api.tasks import HasPost
from core import clock
from supervision import selectors
from supervision.api import serializers
from supervision.api.filters import CardListFilter
from supervision.models import Card
from supervision.services import judging


@extend_schema_view(list=extend_schema(summary="监察牌"), retrieve=extend_schema(summary="一张监察牌"))
class CardViewSet(viewsets.ReadOnlyModelViewSet):
    """The cards a viewer may see: watchers all, heads their department's and everybody their own, once issued."""

    permission_classes = (IsAuthenticated, HasPost)
    queryset = Card.objects.none()
    serializer_class = serializers.CardSerializer
    filterset_class = CardListFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Card]:
        return selectors.cards(self.request.user)

    def retrieve(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        return self._shown(pk)

    def _shown(self, pk: str) -> Response:
        return Response(self.get_serializer(selectors.card_for(self.request.user, int(pk))).data)

    def _done(self, request: Request, pk: str, act: Callable[..., Any], given: type[Serializer]) -> Response:
        card = selectors.card_for(request.user, int(pk))
        act(card_id=card.pk, by=request.user, now=clock.now(), **taken(given, request))
        return self._shown(pk)

    @extend_schema(
        summary="确认发牌", request=serializers.WordSerializer, responses=serializers.CardSerializer
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self._done(request, pk, judging.confirm, serializers.WordSerializer)

    @extend_schema(
        summary="不予发牌", request=serializers.CardReasonSerializer, responses=serializers.CardSerializer
    )
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        return self._done(request, pk, judging.dismiss, serializers.CardReasonSerializer)

    @extend_schema(
        summary="提出申诉", request=serializers.NewAppealSerializer, responses=serializers.CardSerializer
    )
    @action(detail=True, methods=["post"])
    def appeal(self, request: Request, pk: str) -> Response:
        return self._done(request, pk, judging.appeal, serializers.NewAppealSerializer)

    @extend_schema(
        summary="维持", request=serializers.CardReasonSerializer, responses=serializers.CardSerializer
    )
    @action(detail=True, methods=["post"])
    def uphold(self, request: Request, pk: str) -> Response:
        return self._done(request, pk, judging.uphold, serializers.CardReasonSerializer)

    @extend_schema(
        summary="撤销监察牌", request=serializers.CardReasonSerializer, responses=serializers.CardSerializer
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._done(request, pk, judging.withdraw, serializers.CardReasonSerializer)
