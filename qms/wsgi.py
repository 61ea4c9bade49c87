"""The entry for a WSGI server. It does not serve a database whose trail is not guarded."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
application = get_wsgi_application()

from qms.trail.triggers import refuse_when_unguarded  # noqa: E402  models exist only from here on

refuse_when_unguarded()
