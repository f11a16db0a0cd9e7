"""The situations (情形) of a matter or bundle as the API asks them: one question after another, then what to bring."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from matters import situations
from matters.catalogue.parsing import Values


class AnswerOfferedSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="作答时填写的值")
    label = serializers.CharField(help_text="给人看的答案")
    help = serializers.CharField(required=False)


class QuestionSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="作答时的参数名")
    text = serializers.CharField(help_text="问题")
    help = serializers.CharField(required=False)
    when = serializers.DictField(required=False, help_text="前面的问题这样回答时才问；没有则总是问")
    answers = AnswerOfferedSerializer(many=True)


class GivenAnswerSerializer(serializers.Serializer):
    key = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()


class NeededMaterialSerializer(serializers.Serializer):
    """One material to bring in this situation."""

    key = serializers.CharField()
    name = serializers.CharField()
    originals = serializers.IntegerField(help_text="原件份数")
    copies = serializers.IntegerField(help_text="复印件份数")
    shared_data = serializers.BooleanField(help_text="数据共享，免提交")
    tolerable_missing = serializers.BooleanField(help_text="可以容缺后补")
    condition = serializers.CharField(help_text="还要看何种情形需要")
    filling_note = serializers.CharField(help_text="填报须知")


class ChecklistSerializer(serializers.Serializer):
    """What to bring, once every question is answered; until then the next question."""

    answers = GivenAnswerSerializer(many=True, help_text="已经回答的问题")
    next_question = QuestionSerializer(allow_null=True, help_text="接着要回答的问题；都回答了为 null")
    complete = serializers.BooleanField(help_text="问题都已回答，材料清单是确切的")
    materials = NeededMaterialSerializer(many=True, help_text="按目前的回答需要的材料")


def checklist(values: Values, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return what one matter asks for in a situation; raises Invalid for an answer that is not offered."""
    question = situations.next_question(values, answers)
    return {
        "answers": situations.in_words(values, answers),
        "next_question": question,
        "complete": question is None,
        "materials": situations.selected(values, answers).materials,
    }
