"""Django's management commands: ``python -m credenza.service COMMAND``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credenza.service.settings")
    execute_from_command_line(["credenza-service", *sys.argv[1:]])
