// Typing beside a document that the page shows by itself (iframe.viewer).
const { on } = window.chiso;
let place = null; // where the person is: the last place that a key, a click or Tab led to
let keyed = { at: 0 };
const notePlace = () => document.activeElement?.matches("iframe") || (place = document.activeElement);

function onAnyKey({ key, timeStamp }) {
  keyed = { key, at: timeStamp };
  notePlace();
}

/** A viewer that asks for a password or cannot open its file takes the focus, and every key typed after it: give it
 * back, unless the person went there by Tab, or by the pointer while no key was pressed. */
function onLeave(event) {
  const frame = document.activeElement;
  if (!frame?.matches("iframe.viewer")) return;
  const since = event.timeStamp - keyed.at;
  if (since < 300 ? keyed.key === "Tab" : frame.matches(":hover") && since > 1000) return;
  setTimeout(() => { // Sooner, the browser takes it away again.
    frame.blur();
    place?.focus({ preventScroll: true });
  });
}

for (const event of ["focusin", "click"]) on(event, notePlace);
on("keydown", onAnyKey, true);
addEventListener("blur", onLeave);
