"""The settings of the tests' workers, for those that post."""

from tests.background.worker_settings import *  # noqa: F403

DATABASES["default"].get("OPTIONS", {}).pop("timeout", None)  # noqa: F405 - these are to wait for each other
