"""Somebody who has no mouse: walks by Tab to what is looked for, and sees at each stop where they are."""

from playwright.sync_api import Page

_MOST = 120
_FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const words = (one.labels?.[0] ?? one).innerText || one.value || one.getAttribute("aria-label") || "";
  return {
    name: one.name || "", words: words.trim(), html: one.outerHTML.slice(0, 160),
    isShown: one === document.body
      || (box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth),
    isMarked: one === document.body || look.outlineStyle !== "none" || look.boxShadow !== "none",
  };
}"""


def tab_to(page: Page, words: str = "", *, name: str = "") -> None:
    """Press Tab until the field of this name, or the link, button or box with these words, has the focus."""
    page.emulate_media(reduced_motion="reduce")  # Else the page is still gliding there.
    passed = []
    for _press in range(_MOST):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        assert focused["isShown"], f"out of sight: {focused['html']}"
        assert focused["isMarked"], f"nothing shows that it has the focus: {focused['html']}"
        if (name and focused["name"] == name) or (words and focused["words"].startswith(words)):
            return
        passed.append(focused["words"] or focused["name"])
    raise AssertionError(f"no Tab leads to “{words or name}”, but to {passed}")


def type_into(page: Page, name: str, text: str) -> None:
    """Write a field anew; what stands in it is selected when Tab leads there."""
    tab_to(page, name=name)
    page.keyboard.type(text)


def follow(page: Page, words: str, *, key: str = "Enter") -> None:
    """Go to a link or button and press it, and wait for the page it leads to."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press(key)
    page.wait_for_load_state()
