"""Where training joins: facts from below, the worker, the lists of the lower apps, the trail."""

from typing import Any

from django.dispatch import receiver

from qms.home.work import work_sources
from qms.people.models import RoleAssignment
from qms.people.signals import role_ended, role_granted
from qms.signatures.onward import ways_onward
from sops.as_of import past_panels
from sops.evidence import review_evidence
from sops.models import Version
from sops.panels import document_panels, effective_outlook, effects_of_approval, type_panels, version_panels
from sops.signals import approval_cancelled, document_created, version_approved, version_ended, version_in_force
from training import tasks
from training.defaults import take_over
from training.evidence import late_signing
from training.outlook import reading_outlook
from training.presenters.panels import effect_of_approval, past_readers_panel, readers_panel, rules_panel
from training.presenters.reading import onward
from training.presenters.types import type_panel
from training.reconcile import ask_person, ask_readers
from training.trail import tell_trail
from training.withdrawals import tell_readers
from training.work import reading_work

__all__ = ["tasks"]


@receiver([version_approved, version_in_force, version_ended, approval_cancelled])
def reconcile_version(version: Version, **facts: Any) -> None:
    """Ask the readers of a version that was approved; end what is still asked of one that is over."""
    ask_readers(version)


@receiver(version_ended)
def tell_withdrawn(version: Version, **facts: Any) -> None:
    """Tell the readers of a document that was withdrawn what to use instead."""
    tell_readers(version)


@receiver(document_created)
def take_over_rules(version: Version, **facts: Any) -> None:
    """Give a new document the reading rules of its type."""
    take_over(version.document)


@receiver([role_granted, role_ended])
def reconcile_person(assignment: RoleAssignment, **facts: Any) -> None:
    """Ask somebody with a new role for what it must read; ask them no more for what it had to."""
    ask_person(assignment.person)


work_sources.append(reading_work)
version_panels.append(readers_panel)
document_panels.append(rules_panel)
past_panels.append(past_readers_panel)
type_panels.append(type_panel)
effects_of_approval.append(effect_of_approval)
effective_outlook.append(reading_outlook)
ways_onward.append(onward)
review_evidence.append(late_signing)
tell_trail()
