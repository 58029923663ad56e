// The dialog that lists the keys of this page (data-key, data-key-label); chiso.js fetches it when "?" is pressed.
const { $, $$, keysAreOff } = window.chiso;
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

/** The words of an element without its key hint. */
function wordsOf(element) {
  const copy = element.cloneNode(true);
  $$("kbd, [aria-hidden=true]", copy).forEach((hint) => hint.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

export function open() {
  $("#keys .keys").replaceChildren(...$$("[data-key]").flatMap((target) => {
    const key = make("dt");
    key.append(make("kbd", { textContent: target.dataset.key }));
    return [key, make("dd", { textContent: target.dataset.keyLabel || wordsOf(target) })];
  }));
  $("[data-keys-on]").checked = !keysAreOff();
  $("#keys").showModal();
}

/** Remember on this machine whether keys are used (WCAG 2.1.4). */
$("[data-keys-on]").addEventListener("change", ({ target }) => {
  try { localStorage.setItem("chiso-keys-off", target.checked ? "0" : "1"); } catch { /* keys stay on */ }
});
