from django import forms
from django.utils.translation import gettext_lazy as _

from chiso.notices.choices import Channel, DeliveryState, MailPace


class PreferenceForm(forms.Form):
    """How a person is written to; the second field only where there is a webhook."""

    mail = forms.ChoiceField(label=_("Thư điện tử"), choices=MailPace, widget=forms.RadioSelect)
    push = forms.BooleanField(label=_("Nhận qua Zalo, SMS"), required=False)

    def __init__(self, *args: object, has_webhook: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not has_webhook:
            del self.fields["push"]


class SeenForm(forms.Form):
    """Up to which message the page showed them."""

    up_to = forms.IntegerField(min_value=0, max_value=10**15, widget=forms.HiddenInput)


class DeliveryFilter(forms.Form):
    """Which deliveries are shown."""

    state = forms.ChoiceField(
        label=_("Trạng thái"), choices=[("", _("Tất cả")), *DeliveryState.choices], required=False
    )
    channel = forms.ChoiceField(label=_("Kênh"), choices=[("", _("Tất cả")), *Channel.choices], required=False)
    person = forms.CharField(label=_("Người nhận"), max_length=150, required=False)
