"""Addresses of applications, area by area."""

from applications.urls import citizen, counter, desk, queue

urlpatterns = citizen.urlpatterns + counter.urlpatterns + desk.urlpatterns + queue.urlpatterns
