"""Trip analysis: how often somebody must come to a counter, worked out from the facts of a guide.

Pure functions over plain values; nothing here reads the database.
"""

from matters.trips.analysis import (
    Analysis,
    BundleAnalysis,
    Member,
    SituationFigures,
    analyse,
    analyse_bundle,
)
from matters.trips.facts import Facts
from matters.trips.refusals import Objection, bundle_refusals, refusals
from matters.trips.routes import Route

__all__ = [
    "Analysis",
    "BundleAnalysis",
    "Facts",
    "Member",
    "Objection",
    "Route",
    "SituationFigures",
    "analyse",
    "analyse_bundle",
    "bundle_refusals",
    "refusals",
]
