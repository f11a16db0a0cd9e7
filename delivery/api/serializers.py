"""Results, deliveries and parcels as the API shows and takes them."""

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from core import masking
from delivery.enums import Relation
from delivery.models import Certificate, Delivery, Handover, Shipment, ShipmentEvent


class CertificateSerializer(serializers.ModelSerializer):
    matter = serializers.CharField(source="case.version.matter.code")
    number = serializers.CharField(source="document.number")
    verify_token = serializers.CharField(source="document.verify_token")

    class Meta:
        model = Certificate
        fields = (
            "id",
            "matter",
            "kind",
            "name",
            "number",
            "identifier",
            "verify_token",
            "passes_outlet",
            "issued_at",
        )


class HandoverSerializer(serializers.ModelSerializer):
    application = serializers.CharField(source="delivery.application.number")
    service_point = serializers.CharField(source="service_point.code")

    class Meta:
        model = Handover
        fields = ("id", "application", "service_point", "collector_name", "relation", "handed_at")


class DeliverySerializer(serializers.ModelSerializer):
    """The one handing-over of an application's results."""

    application = serializers.CharField(source="application.number")
    title = serializers.CharField(source="application.title")
    certificates = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = ("id", "application", "title", "way", "status", "ready_at", "delivered_at", "certificates")

    @extend_schema_field(CertificateSerializer(many=True))
    def get_certificates(self, delivery: Delivery) -> list[dict]:
        results = [
            case.certificate for case in delivery.application.cases.all() if hasattr(case, "certificate")
        ]
        return CertificateSerializer(results, many=True).data


class ShipmentEventSerializer(serializers.ModelSerializer):
    class Meta:
        model = ShipmentEvent
        fields = ("code", "text", "at")


class ShipmentSerializer(serializers.ModelSerializer):
    """One parcel; the recipient's phone is masked, the address is for the courier desk's label alone."""

    application = serializers.CharField(source="delivery.application.number")
    recipient_phone = serializers.SerializerMethodField()
    events = ShipmentEventSerializer(many=True)

    class Meta:
        model = Shipment
        fields = (
            "id",
            "application",
            "status",
            "recipient_name",
            "recipient_phone",
            "courier",
            "waybill",
            "sent_at",
            "received_at",
            "events",
        )

    @extend_schema_field(str)
    def get_recipient_phone(self, shipment: Shipment) -> str:
        return masking.mask_phone(shipment.recipient_phone)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "本人领取",
            value={
                "application": "330199260914000001X",
                "collector_name": "陈晓岚",
                "relation": "self",
                "signature": "陈晓岚",
            },
            request_only=True,
        )
    ]
)
class NewHandoverSerializer(serializers.Serializer):
    """Hand all results of one application over at the window."""

    application = serializers.CharField(max_length=32, label="申报号")
    collector_name = serializers.CharField(max_length=100, label="领取人")
    relation = serializers.ChoiceField(Relation.choices, label="与申请人关系")
    collector_id = serializers.CharField(
        max_length=30,
        required=False,
        default="",
        allow_blank=True,
        label="领取人证件号码",
        help_text="受托人必填",
    )
    signature = serializers.CharField(label="签名", help_text="PNG data URL，或领取人键入的姓名")


class VerificationSerializer(serializers.Serializer):
    valid = serializers.BooleanField()
    title = serializers.CharField()
    number = serializers.CharField()
    issuer = serializers.CharField()
    holder = serializers.CharField(help_text="持有人；个人姓名只显示一部分，企业和其他组织为全称")
    issued_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()
    sha256 = serializers.CharField()
