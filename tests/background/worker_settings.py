"""The settings of the tests, on the database of the tests, with little patience for locks."""

import os

from chiso.config.settings import *  # noqa: F403
from chiso.config.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
if "timeout" in DATABASES["default"].get("OPTIONS", {}):
    DATABASES["default"]["OPTIONS"]["timeout"] = 0.3
