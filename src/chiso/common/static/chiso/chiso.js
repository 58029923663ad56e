// What pages do beyond plain HTML. Sentences: <template id="texts">. Use: components/README.md.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const texts = $("#texts");
const on = (event, act, options) => document.addEventListener(event, act, options);

/** A translated sentence with its {places} filled. */
const say = (name, values) => texts.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
const piece = (selector) => $(selector, texts.content).cloneNode(true);

// -- time left

/** Redraw a countdown by the server's clock (data-now). */
function drawCountdown(box) {
  const left = Date.parse(box.dataset.deadline) - Date.parse(box.dataset.now) - (Date.now() - performance.timeOrigin);
  const minutes = Math.floor(Math.abs(left) / 60000);
  const units = { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
  const from = Object.values(units).findIndex((n, at) => n || at === 2);
  const time = Object.keys(units).slice(from).map((name) => say(name, { n: units[name] })).join(" ");
  $("[data-countdown]", box).textContent = say(left > 0 ? "left" : "over", { time });
  box.classList.toggle("over", left <= 0);
}

// -- keys

const TYPED = "textarea, select, input:not([type=radio], [type=checkbox])";
const keysAreOff = () => { try { return localStorage.getItem("chiso-keys-off") === "1"; } catch { return false; } };

const openKeys = () => import($("#keys").dataset.script).then((keys) => keys.open());

function onKey(event) {
  if (event.isComposing || event.altKey || event.metaKey || event.defaultPrevented || $("dialog[open]")) return;
  const sending = event.key === "Enter" && event.ctrlKey;
  if (!sending && (event.ctrlKey || event.target.matches(TYPED) || keysAreOff())) return;
  if (event.key === "?" && $("#keys")) return event.preventDefault(), openKeys();
  if (event.key === "Enter" && !sending && event.target.closest("a, button, summary, input")) return;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const target = $$("[data-key]").find((one) => one.dataset.key === name && one.offsetParent);
  if (!target) return;
  event.preventDefault();
  target.click();
}

// -- one submit at a time

/** Refuse a second submit of a form on its way; grey its buttons. */
function onSubmitOnce(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-many-times")) return;
  if (form.dataset.sending) return event.preventDefault(), event.stopImmediatePropagation();
  form.dataset.sending = "1";
  setTimeout(() => {
    const ours = form.hasAttribute("hx-post");
    if (event.defaultPrevented && !ours) return release(form);
    $$("button:not([type=button])", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
    if (!ours) setTimeout(release, 20000, form);
  });
}

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

// -- htmx: say what went wrong, try again

let failure = null; // {elt, how, tries, timer, signedOut}

/** Show a failure with its way out; a save of a leaf is tried again by itself. */
function fail({ requestConfig: { elt, triggeringEvent } }, text, { again, signedOut } = {}) {
  const tries = failure?.elt === elt ? failure.tries + 1 : 0;
  clearTimeout(failure?.timer);
  failure = { elt, how: triggeringEvent?.type ?? "submit", tries, signedOut };
  const box = piece(".refusal");
  $("[data-text]", box).textContent = text;
  if (signedOut) Object.assign($("[data-sign-in]", box), { hidden: false, href: signedOut });
  $("#live").replaceChildren(box);
  if (again) failure.timer = setTimeout(retry, 1000 * [5, 15, 30, 60][Math.min(tries, 3)]);
}

async function retry() {
  if (!failure?.elt.isConnected) return;
  clearTimeout(failure.timer);
  if (failure.signedOut) await renewToken();
  window.htmx.trigger(failure.elt, failure.how);
}

/** After signing in again the token of the forms is stale. */
async function renewToken() {
  const tokens = "[name=csrfmiddlewaretoken]";
  const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
  const token = $(tokens, new DOMParser().parseFromString(page, "text/html"))?.value;
  if (token) $$(tokens).forEach((input) => (input.value = token));
}

const isRead = (detail) => detail.requestConfig.verb === "get";

/** A request was "lost", or "failed" at the server. */
function failBy({ detail }, kind) {
  const again = !isRead(detail) && detail.requestConfig.elt.closest(GUARDED);
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

function onAfterRequest({ detail }) {
  const { elt } = detail.requestConfig;
  const form = elt.closest("form");
  if (form === elt) release(form); // A draft that was kept meanwhile releases nothing.
  if (!detail.successful || isSignedOut(detail)) return;
  if (detail.xhr.status < 400) markSaved(form);
  if (failure?.elt !== elt) return;
  clearTimeout(failure.timer);
  failure = null;
  const done = piece(".message");
  $("#live").replaceChildren(done);
  setTimeout(() => done.remove(), 6000);
}

// -- small things

function onClick({ target: at }) {
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

function start() {
  document.documentElement.classList.add("js");
  const stage = $(".stageline .current");
  if (stage) stage.closest(".stageline-scroll").scrollLeft = stage.offsetLeft - 120;
  $("main .refusal")?.focus();
  if (texts) setInterval(() => $$("[data-deadline]").forEach(drawCountdown), 20000);
  on("keydown", onKey);
  on("keydown", onEscape);
  on("submit", onSubmitOnce, true);
  on("submit", (event) => event.defaultPrevented || delete event.target.dataset.dirty);
  on("input", markDirty);
  on("click", onClick);
  addEventListener("beforeunload", (event) => $(`${GUARDED}[data-dirty]`) && event.preventDefault());
  addEventListener("pageshow", () => $$("form[data-sending]").forEach(release));
  addEventListener("online", () => failure?.timer && retry());
  if (!texts) return;
  on("htmx:beforeRequest", ({ detail }) => isRead(detail) || markSent(detail.requestConfig.elt.closest("form")));
  for (const name of ["sendError", "timeout"]) on(`htmx:${name}`, (event) => failBy(event, "lost"));
  on("htmx:responseError", onResponseError);
  on("htmx:beforeSwap", onBeforeSwap);
  on("htmx:afterRequest", onAfterRequest);
}
start();
window.chiso = { $, $$, on, say, piece, renewToken, keysAreOff };
