"""Filters of the outlet's lists."""

import django_filters

from core.filters import MomentRangeFilter
from delivery.enums import DeliveryStatus, DeliveryWay, ShipmentStatus
from delivery.models import Delivery, Handover, Shipment


class DeliveryFilter(django_filters.FilterSet):
    application = django_filters.CharFilter(field_name="application__number", label="申报号")
    way = django_filters.ChoiceFilter(choices=DeliveryWay.choices, label="送达方式")
    status = django_filters.ChoiceFilter(choices=DeliveryStatus.choices, label="状态")

    class Meta:
        model = Delivery
        fields: list[str] = []


class HandoverFilter(django_filters.FilterSet):
    application = django_filters.CharFilter(field_name="delivery__application__number", label="申报号")
    handed = MomentRangeFilter(field_name="handed_at", label="出件时间")

    class Meta:
        model = Handover
        fields: list[str] = []


class ShipmentFilter(django_filters.FilterSet):
    application = django_filters.CharFilter(field_name="delivery__application__number", label="申报号")
    status = django_filters.ChoiceFilter(choices=ShipmentStatus.choices, label="状态")
    waybill = django_filters.CharFilter(field_name="waybill", label="运单号")

    class Meta:
        model = Shipment
        fields: list[str] = []
