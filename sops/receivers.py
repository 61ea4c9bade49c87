"""Where documents join the kernel's lists: work, worker, trail."""

from qms.home.work import work_sources
from sops import tasks
from sops.work import document_work

work_sources.append(document_work)

__all__ = ["tasks"]
