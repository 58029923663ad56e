// Files over a bad line: in pieces, gone on with after a break, by tus 1.0.
const { $, $$, on, say, piece, renewToken } = window.chiso;
const [SMALLEST, LARGEST] = [65536, 1048576];
const queue = [];
let running = 0;
let last = Promise.resolve(); // in turn: old lists hide files

const read = async (file, from, length) => new Uint8Array(await file.slice(from, from + length).arrayBuffer());
const TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  for (let bit = 0; bit < 8; bit += 1) number = (number >>> 1) ^ (number & 1 && 0xedb88320);
  return number;
});

/** CRC-32: by it the server knows a file again, and that it came whole. */
async function checksum(file) {
  let crc = -1;
  for (let at = 0; at < file.size; at += LARGEST)
    for (const byte of await read(file, at, LARGEST)) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 255];
  return (~crc >>> 0).toString(16).padStart(8, "0");
}

// -- rows: a job is {form, file, row, told, path, offset, step, asks, gone}

function take(form, files) {
  $$(".tag-red", form).forEach((tag) => tag.closest("li").remove());
  for (const file of files) {
    const row = piece("[data-file]");
    $$(".name, .vh", row).forEach((place) => (place.textContent = file.name));
    $("progress", row).ariaLabel = file.name;
    $(".size", row).textContent = `${Math.ceil(file.size / 1000).toLocaleString("vi")} kB`;
    $("[data-files]", form).append(row);
    const told = { name: file.name, size: file.size, place: form.elements.place?.value ?? "" };
    queue.push((row.job = { form, file, row, told, step: SMALLEST }));
    show(row.job, say("waiting"));
    pump();
  }
}

function show({ row }, text, kind = "blue", note = "") {
  Object.assign($(".tag", row), { className: `tag tag-${kind}`, textContent: text });
  $(".note", row).textContent = note;
}

const tell = ({ form, file }, text) => ($("[data-said]", form).textContent = `${file.name}: ${text}`);

/** Two at a time. */
function pump() {
  if (running > 1 || !queue.length) return;
  const job = queue.shift();
  running += 1;
  deliver(job).catch(() => refuse(job, say("unreadable"))).finally(() => { running -= 1; pump(); });
}

/** One request; null when the line breaks or is silent for a minute. */
function ask(job, method, path, body, headers) {
  job.abort = new AbortController();
  setTimeout((abort) => abort.abort(), 60000, job.abort);
  headers = { "X-CSRFToken": job.form.elements.csrfmiddlewaretoken.value, ...headers };
  return fetch(path, { method, body, headers, signal: job.abort.signal, redirect: "manual" }).catch(() => null);
}

/** Begin a file, ask how far it is, or send on. */
async function next(job) {
  if (!job.path) return ask(job, "POST", job.form.dataset.upload, new URLSearchParams(job.told));
  if (job.asks) return ask(job, "HEAD", job.path);
  const headers = { "Upload-Offset": job.offset, "Content-Type": "application/offset+octet-stream" };
  const body = await read(job.file, job.offset, job.step);
  const send = () => job.gone || ask(job, "PATCH", job.path, body, headers);
  return job.offset + job.step < job.file.size ? send() : (last = last.then(send));
}

/** Send a file until it is answered: a broken line costs at most the piece in flight. */
async function deliver(job) {
  job.told.checksum = await checksum(job.file);
  for (let tries = 0; !job.gone;) {
    const began = Date.now();
    const answer = await next(job);
    const { status, headers, type } = answer ?? {};
    if (job.gone) return;
    if (status === 404 && job.path) job.path = "";
    else if (status === 403 && !job.renewed) job.renewed = !(await renewToken());
    else if ([403, 404, 422].includes(status)) return refuse(job, await answer.text());
    else if (status === 200 && !job.asks) return taken(job, await answer.text());
    else if (status !== 400 && headers?.has("Upload-Offset")) tries = await goOn(job, answer, Date.now() - began);
    else await lost(job, type === "opaqueredirect", (tries += 1));
  }
}

/** The server says how far the file is; the size of the pieces follows the line. */
async function goOn(job, answer, time) {
  job.step = Math.min(LARGEST, Math.max(SMALLEST, job.step * (time < 2500 ? 2 : time > 5000 ? 0.5 : 1)));
  if (!job.path) Object.assign(job, { path: answer.headers.get("Location"), where: await answer.text() });
  $(`[data-left="${job.path.split("/")[2]}"]`)?.remove();
  job.offset = +answer.headers.get("Upload-Offset");
  job.asks = job.renewed = false;
  const percent = ($("progress", job.row).value = Math.floor((100 * job.offset) / job.file.size));
  show(job, say("uploading", { percent }));
  return 0;
}

/** Wait until the line is back, or it is time to look; a session may be over meanwhile. */
async function lost(job, isSignedOut, tries) {
  const time = new Date().toTimeString().slice(0, 5);
  const words = say(isSignedOut ? "uploadSignedOut" : "uploadLost", { time });
  Object.assign(job, { asks: true, step: SMALLEST });
  if (tries === 1) tell(job, words);
  show(job, say("waiting"), "gold", words);
  await new Promise((resolve) => {
    addEventListener("online", resolve, { once: true });
    setTimeout(resolve, 1000 * Math.min(60, 3 ** (tries - 1)));
  });
  if (isSignedOut) await renewToken();
}

function refuse(job, text) {
  const why = /^\s*</.test(text) ? say("refused") : text;
  $("progress", job.row).remove();
  show(job, say("uploadRefused"), "red", why);
  tell(job, why);
}

/** The answer is the list of files, drawn where the form names it (data-refresh), and what else changes. */
function taken(job, html) {
  const { refresh } = job.form.dataset;
  tell(job, say("uploaded"));
  show(job, say("uploaded"), "green", job.where);
  $$("progress, [data-cancel]", job.row).forEach((part) => part.remove());
  if (!refresh) return;
  window.htmx.swap(refresh, html, { swapStyle: "outerHTML" });
  job.row.remove();
}

/** A file on its way, or one that the server holds from before (data-left). */
function giveUp(row) {
  const { job = { form: row.closest("form"), path: `/tep/${row.dataset.left}/` } } = row;
  job.gone = true;
  job.abort?.abort();
  if (job.path) ask(job, "DELETE", job.path);
  row.remove();
}

on("submit", (event) => {
  const form = event.target;
  if (!("upload" in form.dataset)) return;
  event.preventDefault();
  take(form, $("[type=file]", form).files);
  form.reset();
});
for (const name of ["dragover", "drop"]) on(name, (event) => {
  const form = $("[data-upload]", event.target.closest(".card") ?? event.target);
  if (!form || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  if (name === "drop") take(form, event.dataTransfer.files);
});
on("click", ({ target }) => target.closest("[data-cancel]") && giveUp(target.closest("li")));
addEventListener("beforeunload", (event) => running && event.preventDefault());
