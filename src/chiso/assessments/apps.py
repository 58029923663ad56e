from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Tells `evidence` what it cannot know: what a document was handed in for, and who shall hear of a secret."""

    name = "chiso.assessments"

    def ready(self) -> None:
        from chiso.assessments import document_watch  # noqa: PLC0415 models are not there before

        document_watch.register()
