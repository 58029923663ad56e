from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers what the worker does again and again for this app, and refuses settings that could not work."""

    name = "chiso.notices"

    def ready(self) -> None:
        from chiso.notices import channels, posting, quiet  # noqa: PLC0415 models are not there before

        channels.check()
        quiet.quiet_hours()
        posting.register()
