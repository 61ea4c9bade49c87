"""What the kernel does when it starts: its receivers, tasks and checks register themselves by being imported."""

from qms.notifications import mail
from qms.people import tasks as people_tasks
from qms.trail import triggers

__all__ = ["mail", "people_tasks", "triggers"]
