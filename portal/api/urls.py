"""Addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from applications.api import views as applications
from delivery.api import views as delivery
from matters.api import views as matters
from portal.api.views import ApiPage, TokenView, problems

router = SimpleRouter()
router.register("matters", matters.MatterViewSet, "api-matter")
router.register("bundles", matters.BundleViewSet, "api-bundle")
router.register("departments", matters.DepartmentViewSet, "api-department")
router.register("service-points", matters.ServicePointViewSet, "api-service-point")
router.register("applications", applications.ApplicationViewSet, "api-application")
router.register("tasks", applications.TaskViewSet, "api-task")
router.register("decisions", applications.DecisionViewSet, "api-decision")
router.register("deliveries", delivery.DeliveryViewSet, "api-delivery")
router.register("handovers", delivery.HandoverViewSet, "api-handover")
router.register("shipments", delivery.ShipmentViewSet, "api-shipment")

version_1 = [
    path("token/", TokenView.as_view(), name="api-token"),
    path("materials/<int:pk>/files/", applications.MaterialFilesView.as_view(), name="api-material-files"),
    path("attachments/<int:pk>/", applications.AttachmentView.as_view(), name="api-attachment"),
    path("progress/", applications.ProgressView.as_view(), name="api-progress"),
    path("verify/<str:token>/", delivery.VerificationView.as_view(), name="api-verify"),
    *router.urls,
]
urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", ApiPage.as_view(), name="api-docs"),
    path("problems/", problems, name="api-problems"),
]
