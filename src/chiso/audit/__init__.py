"""Who did what, when, why: the audit log (nhật ký) and the decorator that every write goes through.

- `actions`: `@action` checks the permission, opens the transaction, writes the entry, keeps the registry
- `models`: `AuditEntry`, append-only and chained by hashes
- `chain`: appending and verifying the chain
- `origin`: from where the person acts
"""
