"""Sample data for the components' page: the frame, forms and words around the rows."""

from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator

from chiso.common.components_rows import (
    Row,
    files,
    heat_rows,
    levels,
    queue_items,
    stage_line,
    table_rows,
    thread_steps,
    tree_areas,
)


class SampleFilter(forms.Form):
    """A list's filter as lists use it."""

    unit = forms.CharField(label="Tìm đơn vị", required=False)
    state = forms.ChoiceField(
        label="Trạng thái",
        choices=[("", "Tất cả"), ("draft", "Đang nhập"), ("sent", "Đã nộp")],
        required=False,
    )


class SampleForm(forms.Form):
    """One field of each kind; bound to wrong data it shows its errors."""

    number = forms.CharField(label="Số, ký hiệu", help_text="Ví dụ 145/BC-UBND", max_length=12)
    issued_on = forms.CharField(label="Ngày ban hành", help_text="Ngày/tháng/năm", required=False)
    kind = forms.ChoiceField(label="Loại văn bản", choices=[("bc", "Báo cáo"), ("qd", "Quyết định")])
    reason = forms.CharField(label="Lý do, gửi đơn vị", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    way = forms.ChoiceField(
        label="Cách gửi",
        choices=[("mail", "Thư điện tử"), ("app", "Trong hệ thống")],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label="Tệp", help_text="PDF, DOCX, XLSX hoặc ảnh, tối đa 250 MB", required=False)
    visit = forms.BooleanField(label="Cần kiểm tra thực tế", required=False)


class SampleNumbers(forms.Form):
    """The number pair of a ratio."""

    on_time = forms.CharField(label="Hồ sơ đúng hạn, trước hạn", widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    total = forms.CharField(label="Tổng hồ sơ đã giải quyết", widget=forms.TextInput(attrs={"inputmode": "numeric"}))


class SampleCount(forms.Form):
    """The input of a count."""

    count = forms.CharField(label="Số cuộc họp Ban Chỉ đạo", widget=forms.TextInput(attrs={"inputmode": "numeric"}))


class SampleScore(forms.Form):
    """The input of a judgement."""

    score = forms.CharField(
        label="Điểm",
        help_text="Từ 0 đến 2, theo bước 0,25",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def sample_context() -> Row:
    """Everything the page shows."""
    return _frame() | _data() | _entry() | _words()


def _frame() -> Row:
    return {
        "nav": [
            SimpleNamespace(label=label, url="#", is_current=label == "Hồ sơ tự đánh giá")
            for label in ("Hồ sơ tự đánh giá", "Kế hoạch", "Kết quả")
        ],
        "person": SimpleNamespace(name="Nông Thị Mai", place="UBND xã Minh Long · Công chức được phân công"),
        "demo_today": "12/12/2022",
        "stage_line": stage_line(is_urgent=True),
        "calm_countdown": stage_line().countdown,
        "over_countdown": SimpleNamespace(
            text="Đã quá hạn 1 ngày 3 giờ 0 phút",
            moment="hết 24 giờ ngày 14/12/2022",
            deadline_iso="2022-12-15T00:00:00+07:00",
            now_iso="2022-12-16T03:00:00+07:00",
            is_over=True,
        ),
    }


def _data() -> Row:
    return {
        "areas": tree_areas(),
        "queue": queue_items(),
        "heat_columns": [
            {"label": label}
            for label in (
                "1 Chỉ đạo",
                "2 Văn bản",
                "3 TTHC",
                "4 Bộ máy",
                "5 Công vụ",
                "6 Tài chính",
                "7 Chính quyền số",
                "8 Tác động",
            )
        ],
        "heat_rows": heat_rows(),
        "heat_labels": ["chưa nhập", "dưới 50%", "từ 50%", "từ 75%", "đủ 100%"],
        "columns": [
            {"label": "Đơn vị", "url": "#"},
            {"label": "Hạng", "numeric": True, "url": "#", "direction": "ascending"},
            {"label": "Điểm", "numeric": True, "url": "#"},
            {"label": "Chỉ số (%)", "numeric": True},
            {"label": "Xếp loại"},
        ],
        "rows": table_rows(),
        "table_footer": [
            {"text": "Trung bình 12 đơn vị"},
            {"text": ""},
            {"text": "66,02", "numeric": True},
            {"text": "84,64", "numeric": True},
            {"text": ""},
        ],
        "files": files(),
        "steps": thread_steps(),
    }


def _entry() -> Row:
    bound = SampleForm({"number": "145/BC-UBND-VP-2022", "issued_on": "31/02/2022", "reason": "Ban hành chậm"})
    bound.full_clean()
    bound.add_error("issued_on", "Ngày 31/02/2022 không có trong lịch. Viết ngày/tháng/năm, ví dụ 15/12/2022.")
    return {
        "levels": levels(),
        "levels_open": levels(chosen=None),
        "appraisal_options": [
            {
                "value": "agree",
                "label": "Đồng ý điểm tự chấm",
                "points": "5,66",
                "key": "1",
                "is_chosen": True,
            },
            {"value": "official", "label": "Theo số liệu chính thức", "points": "5,64", "key": "2"},
            {"value": "other", "label": "Điểm khác, có lý do…", "key": "3"},
        ],
        "checklist": [
            {
                "value": 1,
                "label": "Niêm yết tại trụ sở",
                "points": "0,50",
                "is_chosen": True,
                "hint": "ảnh chụp trong năm",
            },
            {"value": 2, "label": "Công khai trên trang thông tin", "points": "0,50", "is_chosen": True},
            {"value": 3, "label": "Gỡ thủ tục hết hiệu lực", "points": "1,00"},
        ],
        "yes_no": [
            {"value": "yes", "label": "Đạt", "points": "3,00", "is_chosen": True},
            {"value": "no", "label": "Không đạt", "points": "0,00"},
        ],
        "conditions": ["Đủ 4 báo cáo định kỳ", "Đủ nội dung theo đề cương", "Gửi đúng hạn cả 4 lần"],
        "pair": SampleNumbers({"on_time": "1.183", "total": "1.280"}),
        "pair_wrong": _with_error(
            SampleNumbers({"on_time": "1.183", "total": "85.25"}),
            "total",
            "Không đọc được 85.25: dấu phẩy là phần thập phân, viết 85,25.",
        ),
        "count": SampleCount({"count": "3"}),
        "score": SampleScore({"score": "1,75"}),
        "form": SampleForm(),
        "bound": bound,
        "confirm_form": SampleScore(),
        "filter": SampleFilter({"unit": "", "state": "draft"}),
        "page": Paginator(range(168), 20).get_page(2),
    }


def _words() -> Row:
    return {
        "facts": [
            {"term": "Bộ chỉ số", "text": "Chỉ số CCHC cấp xã năm 2022, phiên bản 1", "url": "#"},
            {"term": "Kế hoạch", "text": "2886/KH-UBND, 25/11/2022"},
            {"term": "Hạn nộp", "text": "trước 15/12/2022 (hết 24 giờ ngày 14/12/2022)"},
            {"term": "Gia hạn", "text": "Không có"},
        ],
        "problems": [
            {
                "where": "Trang tính “Tự chấm”, dòng 17, cột E",
                "what": "85.25 không phải số viết kiểu Việt Nam.",
                "way_out": "Viết 85,25.",
            },
            {
                "where": "Dòng 23, cột D",
                "what": "Tử số 1.290 lớn hơn mẫu số 1.280.",
                "way_out": "Kiểm tra lại hai số.",
            },
            {
                "where": "Dòng 41",
                "what": "Mã tiêu chí 9.9.9 không có trong bộ chỉ số này.",
                "way_out": "Xóa dòng hoặc sửa mã.",
            },
        ],
        "effects": [
            "Hồ sơ 41 tiêu chí, tổng tự chấm 63,25/78, được gửi Phòng Nội vụ huyện Hạ Lang.",
            "Sau khi nộp, xã không sửa được nữa, trừ khi hồ sơ được trả lại hoặc được gia hạn.",
            "Giờ nộp theo đồng hồ máy chủ được ghi vào nhật ký.",
        ],
    }


def _with_error(form: forms.Form, field: str, text: str) -> forms.Form:
    form.full_clean()
    form.add_error(field, text)
    return form
