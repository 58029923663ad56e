"""The database's own refusal to change or delete an audit entry, on both databases."""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = [
    f"""CREATE TRIGGER audit_refuses_{verb} BEFORE {verb} ON audit_auditentry
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END"""
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'The audit log is append-only.'; END $$""",
    """CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit_auditentry
       FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
]
_DROP = {
    "sqlite": ["DROP TRIGGER IF EXISTS audit_refuses_UPDATE", "DROP TRIGGER IF EXISTS audit_refuses_DELETE"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS audit_refuses_change ON audit_auditentry",
        "DROP FUNCTION IF EXISTS audit_refuse()",
    ],
}


def guard(_apps: Apps | None, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers."""
    vendor = schema_editor.connection.vendor
    for statement in _POSTGRESQL if vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def unguard(_apps: Apps | None, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers: for a reversed migration, and for tests that empty their tables."""
    for statement in _DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
