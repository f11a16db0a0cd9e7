"""Addresses of the back office."""

from django.urls import path

from applications.views import queue

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.claim_next, name="queue-next"),
    path("queue/<int:pk>/", queue.task, name="task"),
    path("queue/<int:pk>/claim/", queue.claim, name="task-claim"),
    path("queue/<int:pk>/put-back/", queue.put_back, name="task-put-back"),
    path("queue/<int:pk>/record/", queue.record, name="task-record"),
    path("queue/<int:pk>/complete/", queue.complete, name="task-complete"),
    path("queue/<int:pk>/decide/", queue.decide, name="task-decide"),
]
