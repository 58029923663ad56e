// chiso: what a page does beyond plain HTML. Every page works without this file.
// Sentences: <template id="texts">. What each data- attribute does: components/README.md.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const texts = $("#texts");
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const on = (event, act, options) => document.addEventListener(event, act, options);

  /** A translated sentence with its {places} filled. */
  const say = (name, values = {}) =>
    (texts?.dataset[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  /** A copy of a piece of markup kept in the template. */
  const piece = (selector) => $(selector, texts.content).cloneNode(true);

  // -- time left

  const loadedAt = Date.now();

  /** Minutes as words, as the server writes them. */
  function timeWords(minutes) {
    const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    return [days && say("days", { n: days }), (days || hours) && say("hours", { n: hours }), say("minutes", { n: rest })].filter(Boolean).join(" ");
  }

  /** Redraw a countdown by the server's clock (data-now), not by this machine's. */
  function drawCountdown(box) {
    const serverNow = Date.parse(box.dataset.now) + (Date.now() - loadedAt);
    const left = Date.parse(box.dataset.deadline) - serverNow;
    const time = timeWords(Math.floor(Math.abs(left) / 60000));
    $("[data-countdown]", box).textContent = say(left > 0 ? "left" : "over", { time });
    box.classList.toggle("over", left <= 0);
  }

  // -- keys

  const KEYS_OFF = "chiso-keys-off";
  const isTyping = (at) => at.closest("textarea, select, input:not([type=radio], [type=checkbox])");
  const keysAreOff = () => { try { return localStorage.getItem(KEYS_OFF) === "1"; } catch { return false; } };

  /** List the keys of this page in the dialog and open it. */
  function openKeys() {
    $("#keys .keys").replaceChildren(...$$("[data-key]").flatMap((target) => {
      const key = make("dt");
      key.append(make("kbd", { textContent: target.dataset.key }));
      return [key, make("dd", { textContent: target.dataset.keyLabel || wordsOf(target) })];
    }));
    $("[data-keys-on]").checked = !keysAreOff();
    $("#keys").showModal();
  }

  /** The words of an element without its key hint. */
  function wordsOf(element) {
    const copy = element.cloneNode(true);
    $$("kbd, [aria-hidden=true]", copy).forEach((hint) => hint.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function onKey(event) {
    if (event.isComposing || event.altKey || event.metaKey || event.defaultPrevented || $("dialog[open]")) return;
    const sending = event.key === "Enter" && event.ctrlKey;
    if (!sending && (event.ctrlKey || isTyping(event.target) || keysAreOff())) return;
    if (event.key === "?" && $("#keys")) return event.preventDefault(), openKeys();
    if (event.key === "Enter" && !sending && event.target.closest("a, button, summary, input")) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const target = $$("[data-key]").find((one) => one.dataset.key === name && one.offsetParent);
    if (!target) return;
    event.preventDefault();
    target.click();
  }

  /** Remember on this machine whether keys are used (WCAG 2.1.4). */
  function onKeysSwitch({ target }) {
    if (!target.matches("[data-keys-on]")) return;
    try { localStorage.setItem(KEYS_OFF, target.checked ? "0" : "1"); } catch { /* keys stay on */ }
  }

  // -- one submit at a time

  /** Refuse a second submit of a form on its way; grey its buttons once the browser has read them. */
  function onSubmitOnce(event) {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-many-times")) return;
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sending = "1";
    setTimeout(() => {
      const ours = form.matches("[hx-post], [data-upload]");
      if (event.defaultPrevented && !ours) return release(form);
      $$("button:not([type=button])", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
      if (!ours) setTimeout(release, 20000, form);
    });
  }

  /** Open a form again: the answer came, failed, or the page was left and come back to. */
  function release(form) {
    delete form.dataset.sending;
    $$("button[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }

  // -- unsaved work

  const GUARDED = "form[data-leaf]";

  function markDirty(event) {
    const form = event.target.closest?.(GUARDED);
    if (!form) return;
    form.dataset.dirty = "typed";
    $$("[data-saved]").forEach((tag) => Object.assign(tag, { textContent: say("unsaved"), className: "tag tag-gold" }));
  }
  /** What is on its way may come back saved; what is typed meanwhile may not. */
  const markSent = (form) => form?.dataset.dirty && (form.dataset.dirty = "sent");
  const markSaved = (form) => form?.dataset.dirty === "sent" && delete form.dataset.dirty;

  function onLeave(event) {
    if ($(`${GUARDED}[data-dirty]`)) event.preventDefault();
  }

  // -- htmx: say what went wrong, try again

  /** Milliseconds to wait before the next try. */
  const waitAfter = (tries) => 1000 * [5, 15, 30, 60][Math.min(tries, 3)];
  let failure = null; // {element, form, how, tries, timer, signedOut}

  /** Show a failure with its way out; a leaf that was being saved is tried again by itself. */
  function fail({ requestConfig }, text, { again = false, signedOut = "" } = {}) {
    const element = requestConfig.elt;
    const tries = failure?.element === element ? failure.tries + 1 : 0;
    clearTimeout(failure?.timer);
    failure = { element, how: requestConfig.triggeringEvent?.type ?? "submit", tries, signedOut };
    const box = piece(".refusal");
    $("[data-text]", box).textContent = text;
    if (signedOut) Object.assign($("[data-sign-in]", box), { hidden: false, href: signedOut });
    $("#live").replaceChildren(box);
    if (again) failure.timer = setTimeout(retry, waitAfter(tries));
  }

  /** Repeat the request that failed, the way it was started. */
  async function retry() {
    if (!failure?.element.isConnected) return;
    clearTimeout(failure.timer);
    if (failure.signedOut) await renewToken();
    window.htmx.trigger(failure.element, failure.how);
  }

  /** After signing in again in another tab the form's token is stale: read a new one. */
  async function renewToken() {
    const name = "csrfmiddlewaretoken";
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
    const token = $(`[name=${name}]`, new DOMParser().parseFromString(page, "text/html"))?.value;
    if (token) $$(`[name=${name}]`).forEach((input) => (input.value = token));
  }

  const isRead = (detail) => detail.requestConfig.verb === "get";
  /** The form of a request (detail.elt is the target in some events). */
  const formOf = ({ detail }) => detail.requestConfig.elt.closest("form");

  /** The request broke, or the server did ("lost", "failed"): what to say depends on what was asked. */
  function failBy({ detail }, kind) {
    const again = !isRead(detail) && !!detail.requestConfig.elt.closest(GUARDED);
    fail(detail, say(kind + (isRead(detail) ? "Read" : again ? "" : "Hand")), { again });
  }

  function onResponseError(event) {
    if (event.detail.xhr.status >= 500 || isRead(event.detail)) failBy(event, "failed");
    else fail(event.detail, say("refused"));
  }

  /** A whole page where a piece was asked for is the sign-in page: the session is over. */
  const isSignedOut = ({ xhr, requestConfig, target, boosted }) =>
    !boosted && target !== document.body && !requestConfig.elt.hasAttribute("hx-select") && /^\s*<!doctype/i.test(xhr.responseText);

  function onBeforeSwap({ detail }) {
    if (!isSignedOut(detail)) return;
    detail.shouldSwap = false;
    if (isRead(detail)) location.reload();
    else fail(detail, say("signedOut"), { signedOut: detail.xhr.responseURL.split("?")[0] });
  }

  function onAfterRequest(event) {
    const form = formOf(event);
    if (form) release(form);
    if (!event.detail.successful || isSignedOut(event.detail)) return;
    markSaved(form);
    if (failure?.element === event.detail.requestConfig.elt) recover();
  }

  /** The failed request went through after all. */
  function recover() {
    clearTimeout(failure.timer);
    failure = null;
    const done = make("p", { className: "message message-success", textContent: say("savedAgain") });
    $("#live").replaceChildren(done);
    setTimeout(() => done.remove(), 6000);
  }

  // -- uploads

  /** Send one file of an upload form; resolves to the XMLHttpRequest, or null when the line broke. */
  function sendFile(form, input, file, row) {
    const body = new FormData(form);
    body.delete(input.name);
    body.append(input.name, file);
    return new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.upload.onprogress = (event) => showProgress(row, event);
      xhr.onload = () => resolve(xhr);
      xhr.onerror = xhr.onabort = () => resolve(null);
      xhr.open("POST", form.action);
      xhr.send(body);
    });
  }

  function showProgress(row, { loaded, total }) {
    const percent = Math.floor((100 * loaded) / total);
    $("progress", row).value = percent;
    showTag(row, "blue", say("uploading", { percent }));
  }

  function showTag(row, kind, text) {
    Object.assign($(".tag", row), { className: `tag tag-${kind}`, textContent: text });
  }

  /** A row for a file still on this machine. */
  function fileRow(file) {
    const row = piece("[data-file]");
    $(".name", row).textContent = file.name;
    $("progress", row).setAttribute("aria-label", file.name);
    $(".size", row).textContent = `${Math.ceil(file.size / 1000).toLocaleString("vi")} kB`;
    showTag(row, "blue", say("waiting"));
    return row;
  }

  /** Until the line is back, or it is time to look. */
  const lineOr = (time) => new Promise((resolve) => {
    addEventListener("online", resolve, { once: true });
    setTimeout(resolve, time);
  });

  /** Send a file until it is answered: a broken line costs at most the file in flight. */
  async function deliver(form, input, file, row) {
    for (let tries = 0; ; tries += 1) {
      const xhr = await sendFile(form, input, file, row);
      if (xhr) return xhr;
      showTag(row, "gold", say("waiting"));
      $(".note", row).textContent = say("uploadLost", { time: new Date().toTimeString().slice(0, 5) });
      await lineOr(waitAfter(tries));
      $(".note", row).textContent = "";
    }
  }

  /** What the server answered about one file; true when it was taken. */
  function settle(row, xhr) {
    $("progress", row).remove();
    if (xhr.status < 400) return showTag(row, "green", say("uploaded")), true;
    showTag(row, "red", say("uploadRefused"));
    const why = $(".refusal, .error", new DOMParser().parseFromString(xhr.responseText, "text/html"));
    $(".note", row).textContent = why ? why.textContent.replace(/\s+/g, " ").trim() : say("failedRead");
    return false;
  }

  async function onUpload(event) {
    const form = event.target.closest?.("form[data-upload]");
    const input = form && $("input[type=file]", form);
    if (!input?.files.length || !texts) return;
    event.preventDefault();
    const queue = [...input.files].map((file) => [file, fileRow(file)]);
    $("[data-files]", form).replaceChildren(...queue.map(([, row]) => row));
    const taken = [];
    for (const [file, row] of queue) {
      const xhr = await deliver(form, input, file, row);
      if (settle(row, xhr)) taken.push([row, xhr]);
    }
    form.reset();
    release(form);
    if (taken.length) await showTaken(form, taken, taken.length === queue.length);
  }

  /** Draw the list anew (data-refresh), keeping the rest of the page; without it go where the server sent us. */
  async function showTaken(form, taken, all) {
    const selector = form.dataset.refresh;
    if (!selector) return void (all && location.assign(taken.at(-1)[1].responseURL));
    const page = await fetch(location.href).then((answer) => answer.text());
    const fresh = $(selector, new DOMParser().parseFromString(page, "text/html"));
    if (!fresh) return;
    const live = document.adoptNode(fresh);
    $(selector).replaceWith(live);
    window.htmx?.process(live);
    taken.forEach(([row]) => row.remove());
  }

  // -- small things

  /** Put a ready-made reason into its field, after what is there. */
  function fill(button) {
    const field = $(button.dataset.fill);
    const text = button.dataset.fillText || button.textContent.trim();
    if (!field.value.includes(text)) field.value = [field.value.trim(), text].filter(Boolean).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  function onClick(event) {
    const at = event.target;
    const filler = at.closest("[data-fill]");
    if (filler) fill(filler);
    if (at.closest("[data-keys-open]")) openKeys();
    if (at.closest("[data-retry]")) retry();
    $$("details[data-menu][open]").forEach((menu) => menu.contains(at) || menu.removeAttribute("open"));
  }

  function onEscape(event) {
    const menu = event.key === "Escape" && $("details[data-menu][open]");
    if (!menu) return;
    menu.removeAttribute("open");
    $("summary", menu).focus();
  }

  /** On a phone the stage line opens around the current stage. */
  function showCurrentStage() {
    const now = $(".stageline .current");
    const line = now?.closest(".stageline-scroll");
    if (line) line.scrollLeft = now.offsetLeft - (line.clientWidth - now.clientWidth) / 2;
  }

  function start() {
    document.documentElement.classList.add("js");
    showCurrentStage();
    $("main .refusal")?.focus();
    if (texts) setInterval(() => $$("[data-deadline]").forEach(drawCountdown), 20000);
    on("keydown", onKey);
    on("keydown", onEscape);
    on("change", onKeysSwitch);
    on("submit", onSubmitOnce, true);
    on("submit", onUpload);
    on("submit", (event) => event.defaultPrevented || delete event.target.dataset.dirty);
    on("input", markDirty);
    on("click", onClick);
    addEventListener("beforeunload", onLeave);
    addEventListener("pageshow", () => $$("form[data-sending]").forEach(release));
    addEventListener("online", () => failure?.timer && retry());
    if (!texts) return;
    on("htmx:beforeRequest", (event) => markSent(formOf(event)));
    on("htmx:sendError", (event) => failBy(event, "lost"));
    on("htmx:timeout", (event) => failBy(event, "lost"));
    on("htmx:responseError", onResponseError);
    on("htmx:beforeSwap", onBeforeSwap);
    on("htmx:afterRequest", onAfterRequest);
  }
  start();
})();
