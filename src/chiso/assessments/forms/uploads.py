"""What a browser says of a file before it sends the first piece."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PlaceForm(forms.Form):
    place = forms.CharField(label=_("Trang, mục"), required=False, max_length=100)


class BeginForm(PlaceForm):
    name = forms.CharField(label=_("Tên tệp"), max_length=500)
    size = forms.IntegerField(label=_("Dung lượng"), min_value=0, max_value=10**15)
    checksum = forms.RegexField(r"\A[0-9a-f]{8}\Z", label=_("Mã kiểm"))
