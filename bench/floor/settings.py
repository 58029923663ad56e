"""chiso's own settings with everything taken away that a bare view does without."""

from pathlib import Path

from chiso.config.settings import *  # noqa: F403 - the same database, files and languages
from chiso.config.settings import INSTALLED_APPS as _ALL_APPS

# allauth insists on its middleware.
INSTALLED_APPS = [name for name in _ALL_APPS if not name.startswith("allauth")]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.floor.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]
