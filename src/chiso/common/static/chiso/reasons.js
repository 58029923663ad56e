// Ready-made reasons of the appraiser: [data-fill="#id_reason"] puts its words, or data-fill-text, into the field.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-fill]");
  if (!button) return;
  const field = document.querySelector(button.dataset.fill);
  const text = button.dataset.fillText || button.textContent.trim();
  // After what is there, and once.
  if (!field.value.includes(text)) field.value = [field.value.trim(), text].filter(Boolean).join("\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
