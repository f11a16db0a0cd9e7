from django.urls import path

from systems import views

urlpatterns = [
    path("", views.systems, name="systems"),
    path("new/", views.new_system, name="system-new"),
    path("rules/", views.rules, name="push-rules"),
    path("rules/<int:pk>/end/", views.end_rule, name="push-rule-end"),
    path("<slug:code>/", views.system, name="system"),
    path("<slug:code>/reconciliation/", views.reconciliation, name="system-reconciliation"),
    path("<slug:code>/keys/", views.new_key, name="system-key-new"),
    path("<slug:code>/keys/<slug:key_id>/end/", views.end_key, name="system-key-end"),
    path("<slug:code>/pushes/<int:pk>/again/", views.send_again, name="push-again"),
]
