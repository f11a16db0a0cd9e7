"""Addresses of the API."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from applications.api import consulting, tasks
from applications.api import views as applications
from delivery.api import views as delivery
from matters.api import views as matters
from portal.api import views as door
from supervision.api import views as supervision
from systems.api import views as systems

router = SimpleRouter()
router.register("matters", matters.MatterViewSet, "api-matter")
router.register("bundles", matters.BundleViewSet, "api-bundle")
router.register("departments", matters.DepartmentViewSet, "api-department")
router.register("service-points", matters.ServicePointViewSet, "api-service-point")
router.register("applications", applications.ApplicationViewSet, "api-application")
router.register("tasks", tasks.TaskViewSet, "api-task")
router.register("bulk-acts", tasks.BulkActViewSet, "api-bulk-act")
router.register("consultations", consulting.ConsultationViewSet, "api-consultation")
router.register("decisions", tasks.DecisionViewSet, "api-decision")
router.register("cards", supervision.CardViewSet, "api-card")
router.register("figures", tasks.FiguresViewSet, "api-figures")
router.register("publications", tasks.PublicationViewSet, "api-publication")
router.register("deliveries", delivery.DeliveryViewSet, "api-delivery")
router.register("handovers", delivery.HandoverViewSet, "api-handover")
router.register("shipments", delivery.ShipmentViewSet, "api-shipment")
router.register("messages", door.MessageViewSet, "api-message")

version_1 = [
    path("token/", door.TokenView.as_view(), name="api-token"),
    path("token/revoke/", door.TokenRevocationView.as_view(), name="api-token-revoke"),
    path("materials/<int:pk>/files/", applications.MaterialFilesView.as_view(), name="api-material-files"),
    path("attachments/<int:pk>/", applications.AttachmentView.as_view(), name="api-attachment"),
    path("attachments/<int:pk>/file/", applications.AttachmentFileView.as_view(), name="api-attachment-file"),
    path("documents/<int:pk>/file/", applications.DocumentFileView.as_view(), name="api-document-file"),
    path("record-photos/<int:pk>/file/", tasks.RecordPhotoFileView.as_view(), name="api-record-photo-file"),
    path("calendar/", door.CalendarView.as_view(), name="api-calendar-list"),
    re_path(r"^calendar/(?P<year>[12][0-9]{3})/$", door.CalendarYearView.as_view(), name="api-calendar-year"),
    path("system-results/", systems.ResultsView.as_view(), name="api-system-results"),
    path("system-reconciliation/", systems.ReconciliationView.as_view(), name="api-system-reconciliation"),
    path("progress/", applications.ProgressView.as_view(), name="api-progress"),
    path("verify/<slug:token>/", delivery.VerificationView.as_view(), name="api-verify"),
    *router.urls,
]
urlpatterns = [
    path("", door.IndexView.as_view(), name="api-index"),
    path("v1/", include(version_1)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", door.ApiPage.as_view(), name="api-docs"),
    path("problems/", door.problems, name="api-problems"),
    re_path(r"^(?:.*/)?$", door.NowhereView.as_view()),
]
