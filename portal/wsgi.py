"""The door for gunicorn and other WSGI servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# What has been loaded by now stays: a process that looks through it for what to throw away stands still for a tenth of a second.
gc.collect()
gc.freeze()
