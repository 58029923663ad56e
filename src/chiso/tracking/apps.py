from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Registers what the worker does again and again for this app."""

    name = "chiso.tracking"

    def ready(self) -> None:
        from chiso.background import ticks  # noqa: PLC0415 models are not there before
        from chiso.organizations import clock  # noqa: PLC0415
        from chiso.tracking import pruning, reminding, stage_clock, term_clock  # noqa: PLC0415

        ticks.register("stage-clock", 30, lambda: stage_clock.run(clock.now()))
        ticks.register("terms", 30, lambda: term_clock.run(clock.now()))
        ticks.register("reminders", 60, lambda: reminding.run(clock.now()))
        ticks.register("prune-records", 3600, lambda: pruning.run(clock.now()))
