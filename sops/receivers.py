"""Where documents join the kernel's lists: work, worker, trail."""

from qms.home.work import work_sources
from qms.people.services.programme import founding
from sops import deviations, evidence_here, tasks
from sops.services.types import found_document_types
from sops.trail import tell_trail
from sops.work import document_work

work_sources.append(document_work)
founding.append(found_document_types)
tell_trail()

__all__ = ["deviations", "evidence_here", "tasks"]
