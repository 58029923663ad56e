"""What granian, or any other WSGI server, loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiso.config.settings")
application = get_wsgi_application()
