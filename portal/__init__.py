"""The project package. It imports nothing: `portal.engines` must be importable before the settings can be read.

The Celery application is loaded by `portal.apps` when Django is ready, and by `celery -A portal`.
"""
