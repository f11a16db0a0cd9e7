"""Addresses of what reviewers keep beside their tasks: questions of others, ready sentences, pictures taken on site."""

from django.urls import path

from applications.views import consulting, opinions, photos, queue

urlpatterns = [
    path("queue/consultations/", consulting.consultations, name="consultations"),
    path("queue/consultations/<int:pk>/", consulting.consultation, name="consultation"),
    path("queue/opinions/", opinions.opinions, name="opinions"),
    path("queue/opinions/<int:pk>/", opinions.opinion, name="opinion-template"),
    path("queue/opinions/<int:pk>/discard/", opinions.discard, name="opinion-discard"),
    path("queue/<int:pk>/opinion/", queue.opinion, name="task-opinion"),
    path("record-photos/<int:pk>/", photos.photo, name="record-photo"),
    path("record-photos/<int:pk>/small/", photos.small, name="record-photo-small"),
]
