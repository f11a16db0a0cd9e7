"""Addresses of applications, area by area."""

from applications.urls import citizen, counter, queue

urlpatterns = citizen.urlpatterns + counter.urlpatterns + queue.urlpatterns
