"""The trip analysis as the API shows it: the figures, and every road behind them."""

from rest_framework import serializers


class TripVisitSerializer(serializers.Serializer):
    at = serializers.CharField(help_text="为何而来：filing 申报，correction 补正，collection 领取")
    causes = serializers.ListField(child=serializers.CharField(), help_text="到场事由")
    by = serializers.CharField(help_text="谁须到场")


class RouteSerializer(serializers.Serializer):
    """One road from filing to the result."""

    situation = serializers.CharField(help_text="情形；不分情形为空")
    channel = serializers.IntegerField(help_text="办理形式代码")
    channel_name = serializers.CharField()
    correction = serializers.CharField(allow_null=True, help_text="在哪里补正；没有补正为 null")
    receipt = serializers.CharField(help_text="怎样得到结果：brought 送来，on_the_spot 当场，fetched 领取")
    trips = serializers.IntegerField(help_text="跑几次")
    visits = TripVisitSerializer(many=True)
    steps = serializers.ListField(child=serializers.CharField(), help_text="一步一步怎么走")


class ChannelTripsSerializer(serializers.Serializer):
    channel = serializers.IntegerField(help_text="办理形式代码")
    channel_name = serializers.CharField()
    trips = serializers.IntegerField(help_text="最好的走法跑几次")
    trips_corrected = serializers.IntegerField(help_text="被要求补正一次时跑几次")


class SituationTripsSerializer(serializers.Serializer):
    label = serializers.CharField(help_text="情形；不分情形为空")
    answers = serializers.ListField(child=serializers.DictField(), help_text="怎样回答会是这种情形")
    least = serializers.IntegerField()
    promise = serializers.IntegerField()
    worst = serializers.IntegerField()
    channels = ChannelTripsSerializer(many=True)


class FiguresSerializer(serializers.Serializer):
    """What matter and bundle have in common."""

    name = serializers.CharField()
    least = serializers.IntegerField(help_text="最少：最好的渠道和走法")
    floor = serializers.IntegerField(help_text="每个申请人都做得到的次数")
    promise = serializers.IntegerField(help_text="承诺：不论选哪种申报方式")
    worst = serializers.IntegerField(help_text="最坏：其间补正一次")
    earns_zero = serializers.BooleanField(help_text="可零跑")
    earns_once = serializers.BooleanField(help_text="最多跑一次")


class TripsSerializer(FiguresSerializer):
    """How often one must come, how each figure follows, and every road."""

    derivation = serializers.DictField(child=serializers.CharField(), help_text="每个次数是怎样得出的")
    situations = SituationTripsSerializer(many=True)
    routes = RouteSerializer(many=True, help_text="没有补正的每条路，跑得少的在前")
    corrected_routes = RouteSerializer(many=True, help_text="补正一次时的路")


class BundleTripsSerializer(FiguresSerializer):
    """How often one must come for a bundle, without and with its optional members."""

    required = TripsSerializer(help_text="只办必选事项")
    all = TripsSerializer(help_text="连同可选事项")
