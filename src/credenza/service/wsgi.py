"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credenza.service.settings")

application = get_wsgi_application()

if os.environ.get("CREDENZA_JOBS_HERE") == "1":
    from credenza.service.issuance import jobs

    jobs.launch()
