"""What pages say about matters and bundles. Reads only what selectors have prefetched."""

from matters.presenters.bundle import BundlePresenter
from matters.presenters.cards import BundleCard, MatterCard
from matters.presenters.guide import FlowStep, GuidePresenter
from matters.presenters.materials import MaterialRow, MaterialsPresenter
from matters.presenters.words import (
    handling_forms_text,
    limit_text,
    service_objects_text,
    trip_reasons,
    trips_text,
)

__all__ = [
    "BundleCard",
    "BundlePresenter",
    "FlowStep",
    "GuidePresenter",
    "MaterialRow",
    "MaterialsPresenter",
    "MatterCard",
    "handling_forms_text",
    "limit_text",
    "service_objects_text",
    "trip_reasons",
    "trips_text",
]
