"""What stands in the addresses of pages: keys that fit a database, codes without what no code has."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class KeyConverter(IntConverter):
    """A primary key: at most 15 digits, so that no database overflows on a made-up one."""

    regex = "[0-9]{1,15}"


class CodeConverter(StringConverter):
    """A code of a criterion or a unit: no slash, no control characters."""

    regex = r"[^/\x00-\x1f]{1,60}"


register_converter(KeyConverter, "key")
register_converter(CodeConverter, "code")
