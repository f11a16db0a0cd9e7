"""The situations (情形) of a matter or bundle as the API asks them: one question after another, then what to bring."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from core.errors import Invalid
from matters import situations, trips
from matters.catalogue.content import elements_of
from matters.catalogue.parsing import Values
from matters.enums import Disposition
from matters.presenters.situation import CHOSEN, Situation
from matters.presenters.trips import members_of
from matters.selectors import BundleGuide


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


# --- a bundle: every question of the chosen members once -------------------------------------------------------------


class BundleMaterialSerializer(serializers.Serializer):
    """One material of a bundle, asked once for all members that need it."""

    key = serializers.CharField()
    name = serializers.CharField()
    originals = serializers.IntegerField(help_text="原件份数")
    copies = serializers.IntegerField(help_text="复印件份数")
    disposition = serializers.ChoiceField(
        choices=Disposition.choices, help_text="ask 的要带，其余的免提交：共享、内部流转或由系统生成"
    )
    needed_by = serializers.ListField(child=serializers.CharField(), help_text="哪些事项需要")
    produced_by = serializers.CharField(help_text="由哪个事项的结果代替")
    tolerable_missing = serializers.BooleanField(help_text="可以容缺后补")
    condition = serializers.CharField(help_text="还要看何种情形需要")
    filling_note = serializers.CharField(help_text="填报须知")


class BundleChecklistSerializer(ChecklistSerializer):
    """What to bring for a bundle, once every question is answered; until then the next question."""

    materials = BundleMaterialSerializer(  # type: ignore[assignment]
        many=True, help_text="按目前的回答需要的材料；还没有答到的问题所决定的，也列出并写明条件"
    )


def bundle_questions(guide: BundleGuide, query: QueryDict) -> list[dict[str, Any]]:
    """Return the questions of a bundle's chosen members, each once; raises Invalid `unknown_member`."""
    return situations.joined(_values(_narrowed(guide, query))).values["situations"]


def bundle_checklist(guide: BundleGuide, query: QueryDict) -> dict[str, Any]:
    """Return what a bundle asks for in a situation; raises Invalid for answers or members that are not offered."""
    versions = [member.version for member in _narrowed(guide, query).members]
    found = Situation(versions, _answers(query), dependencies=guide.dependencies)
    return {
        "answers": found.words,
        "next_question": found.question,
        "complete": found.is_complete,
        "materials": found.materials,
    }


def bundle_trips(guide: BundleGuide, query: QueryDict) -> dict[str, Any]:
    """Return how often one must come for a bundle in a situation; raises Invalid as `bundle_checklist` does."""
    narrowed = _narrowed(guide, query)
    joined = situations.joined(_values(narrowed))
    given = situations.kept(joined.values, _answers(query))
    members, order = members_of(narrowed)
    answers = {member.matter.code: joined.of(member.matter.code, given) for member in narrowed.members}
    return trips.analyse_bundle(members, order, name=guide.bundle.name, answers=answers).as_dict()


def _values(guide: BundleGuide) -> dict[str, Values]:
    return {member.matter.code: elements_of(member.version) for member in guide.members}


def _answers(query: QueryDict) -> dict[str, str]:
    return {key: str(value) for key, value in query.items() if key != CHOSEN}


def _narrowed(guide: BundleGuide, query: QueryDict) -> BundleGuide:
    """Return a bundle with its required members and those optional ones that are named; all where nothing is said."""
    if CHOSEN not in query:
        return guide
    named = [code for said in query.getlist(CHOSEN) for code in said.split(",") if code]
    _check_offered(named, [member.matter.code for member in guide.members if member.optional])
    members = tuple(one for one in guide.members if not one.optional or one.matter.code in named)
    return replace(guide, members=members)


def _check_offered(named: Sequence[str], optional: Sequence[str]) -> None:
    for code in named:
        if code not in optional:
            offered = f"可选事项是：{'、'.join(optional)}" if optional else "它没有可选事项"
            raise Invalid("unknown_member", f"“{code}”不是这个一件事的可选事项，{offered}。", field=CHOSEN)
