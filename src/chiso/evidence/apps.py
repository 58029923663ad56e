from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers what the worker does again and again for this app."""

    name = "chiso.evidence"

    def ready(self) -> None:
        from chiso.evidence import housekeeping  # noqa: PLC0415 models are not there before

        housekeeping.register()
