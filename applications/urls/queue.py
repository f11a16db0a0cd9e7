"""Addresses of the back office."""

from django.urls import path

from applications.views import figures, queue, queue_bulk, queue_keeping, queue_list

urlpatterns = [
    path("queue/", queue_list.queue, name="queue"),
    path("queue/figures/", figures.figures, name="figures"),
    path("queue/next/", queue_list.claim_next, name="queue-next"),
    path("queue/filters/", queue_list.save_filter, name="queue-filters"),
    path("queue/filters/<int:pk>/drop/", queue_list.drop_filter, name="queue-filter-drop"),
    path("queue/rules/", queue_keeping.rules, name="queue-rules"),
    path("queue/rules/<int:pk>/remove/", queue_keeping.remove_rule, name="queue-rule-remove"),
    path("queue/absences/", queue_keeping.away, name="queue-absences"),
    path("queue/absences/<int:pk>/end/", queue_keeping.end_absence, name="queue-absence-end"),
    path("queue/bulk/", queue_bulk.bulk, name="queue-bulk"),
    path("queue/bulk/<int:pk>/", queue_bulk.progress, name="queue-bulk-act"),
    path("queue/<int:pk>/", queue.task, name="task"),
    path("queue/<int:pk>/claim/", queue.claim, name="task-claim"),
    path("queue/<int:pk>/put-back/", queue.put_back, name="task-put-back"),
    path("queue/<int:pk>/record/", queue.record, name="task-record"),
    path("queue/<int:pk>/complete/", queue.complete, name="task-complete"),
    path("queue/<int:pk>/decide/", queue.decide, name="task-decide"),
    path("queue/<int:pk>/<slug:key>/", queue.act, name="task-act"),
]
