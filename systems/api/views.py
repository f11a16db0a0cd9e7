"""The door for departments' systems: results come in, and each day is compared. Everything is signed."""

import hashlib
import re

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.errors import Invalid, Refusal
from systems import selectors, signing
from systems.api import serializers
from systems.api.authentication import InUse, Signed
from systems.models import IncomingResult
from systems.services import results

ONCE = re.compile(r"[\x21-\x7e]{8,100}")
ONCE_PARAMETER = OpenApiParameter(
    signing.ONCE,
    str,
    OpenApiParameter.HEADER,
    required=True,
    pattern=r"^[\x21-\x7e]{8,100}$",
    description="幂等键：同一项结果重发时不变，得到第一次的回答；更正后重发要换新的",
)


class ResultsView(APIView):
    """A result is done as if on the pages, by the person it names; what the rules refuse is refused in the same words."""

    authentication_classes = (Signed,)
    permission_classes = (InUse,)

    @extend_schema(
        summary="部门系统回传结果",
        operation_id="system_results_create",
        parameters=[ONCE_PARAMETER],
        request=serializers.SystemResultSerializer,
        responses=serializers.TakenResultSerializer,
    )
    def post(self, request: Request) -> Response:
        checked = serializers.SystemResultSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        row = results.take(
            system=request.auth,
            key=_once(request),
            digest=hashlib.sha256(request._request.body).hexdigest(),
            result=checked.result(),
            now=clock.now(),
        )
        if row.is_refused:
            raise _refusal(row)
        return Response(serializers.TakenResultSerializer(row.answer).data)


def _once(request: Request) -> str:
    once = request.headers.get(signing.ONCE, "")
    if not ONCE.fullmatch(once):
        raise Invalid("key_required", "请附上 Idempotency-Key：8 到 100 个可见字符。", field=signing.ONCE)
    return once


def _refusal(row: IncomingResult) -> Refusal:
    first, *others = (Refusal(code, message, field=field) for code, message, field in row.answer["faults"])
    first.status, first.others = row.status, others
    return first


class ReconciliationView(APIView):
    """What the portal knows of one day, key by key, for a department's system to compare with what it knows."""

    authentication_classes = (Signed,)
    permission_classes = (InUse,)

    @extend_schema(
        summary="部门系统对账",
        operation_id="system_reconciliation",
        parameters=[serializers.DaySerializer],
        responses=serializers.ReconciliationSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = serializers.DaySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = selectors.day_of(request.auth, asked.validated_data["day"])
        return Response(serializers.ReconciliationSerializer(found).data)
