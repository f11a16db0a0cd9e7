"""What pages say about matters and bundles. Reads only what selectors have prefetched."""

from matters.presenters.bundle import BundlePresenter
from matters.presenters.guide import FlowStep, GuidePresenter, MatterCard
from matters.presenters.materials import MaterialRow, MaterialsPresenter
from matters.presenters.words import (
    handling_forms_text,
    limit_text,
    service_objects_text,
    trip_reasons,
    trips_text,
)

__all__ = [
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
