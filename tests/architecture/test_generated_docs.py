import pytest
from django.core.management import call_command


def test_generated_documents_are_fresh() -> None:
    call_command("docs", "--check")


def test_stale_documents_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chiso.config.management.commands.docs.documents", lambda: {"workflow.md": "cũ"})
    with pytest.raises(Exception, match=r"workflow\.md"):
        call_command("docs", "--check")
