"""What the kernel does when it starts: receivers and tasks register by being imported, checks here."""

from qms.files.verification import check_files
from qms.notifications import digest, mail, night, reminders
from qms.people import tasks
from qms.people.models import role_sources
from qms.signatures.deputations import LENT_ROLES
from qms.trail import payloads, triggers
from qms.trail.verify import further_checks

__all__ = ["digest", "mail", "night", "payloads", "reminders", "tasks", "triggers"]

further_checks.append(check_files)
role_sources.append(LENT_ROLES)
