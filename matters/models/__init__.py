from matters.models.bundles import Bundle, BundleDependency, BundleMember
from matters.models.catalogue import Material, Matter, MatterVersion, Step
from matters.models.organisation import Department, ServicePoint, StaffPost

__all__ = [
    "Bundle",
    "BundleDependency",
    "BundleMember",
    "Department",
    "Material",
    "Matter",
    "MatterVersion",
    "ServicePoint",
    "StaffPost",
    "Step",
]
