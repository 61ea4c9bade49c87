"""Gives the PostgreSQL role of the web and worker processes what they need, and no more."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models

from qms.trail.guard import AppendOnly, Controlled


class Command(BaseCommand):
    help = (
        "Run as the owner of the tables, after each migrate: the role NAME may read everything, add to the trail and "
        "the histories, change records, and delete only what is no record. It owns no table, so it drops no trigger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="a role that exists already, e.g. engraft_web")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL knows roles. SQLite is for trial and small sites.")
        role = connection.ops.quote_name(name)
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [name])
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"There is no role {name}. Make it with: CREATE ROLE {role} LOGIN PASSWORD '…'")
            if found[0]:
                raise CommandError(f"{name} is a superuser: nothing holds it. Give the web an ordinary role.")
            for statement in statements(role):
                cursor.execute(statement)
        self.stdout.write(f"{name} may do what the web needs. Use it in DATABASE_URL; migrate as the owner.")


def statements(role: str) -> list[str]:
    """Return the GRANTs for a quoted role; whatever it held on our tables before is taken first."""
    tables = set(connection.introspection.table_names())
    mine = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in tables]
    grants = [f"GRANT USAGE ON SCHEMA public TO {role}"]
    if "django_migrations" in tables:
        grants.append(f"GRANT SELECT ON TABLE django_migrations TO {role}")
    for model in mine:
        table = connection.ops.quote_name(model._meta.db_table)
        grants += [f"REVOKE ALL ON TABLE {table} FROM {role}", f"GRANT {rights(model)} ON TABLE {table} TO {role}"]
    return [*grants, f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"]


def rights(model: type[models.Model]) -> str:
    """Return what the web may do to a table of this kind."""
    if issubclass(model, AppendOnly):
        return "SELECT, INSERT"
    if issubclass(model, Controlled):
        return "SELECT, INSERT, UPDATE"
    return "SELECT, INSERT, UPDATE, DELETE"
