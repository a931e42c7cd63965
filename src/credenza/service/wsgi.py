"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credenza.service.settings")

application = get_wsgi_application()
gc.freeze()  # what is loaded stays, and is looked at by no collection again

if os.environ.get("CREDENZA_JOBS_HERE") == "1":
    from credenza.service.jobs import sweeping

    sweeping.launch()
