// Sends the chosen files one after another, each with its own progress bar, then shows what became of it.
// Without JavaScript the same form sends them all at once.
const form = document.getElementById("upload");
const input = document.getElementById("files");
const drop = document.getElementById("drop");
const sent = document.getElementById("sent");
const template = document.getElementById("sending");
const token = document.querySelector('meta[name="csrf-token"]').content;
const files = new Map(); // upload id → File, so that a failed guess of columns can be corrected without choosing it again

function post(file, fields, onProgress) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value) body.append(name, value);
    body.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/uploads");
    request.responseType = "json";
    request.setRequestHeader("X-CSRF-Token", token);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("load", () => resolve({ status: request.status, answer: request.response }));
    request.addEventListener("error", () => reject(new Error("network")));
    request.send(body);
  });
}

async function send(file, fields, { replace } = {}) {
  const card = template.content.firstElementChild.cloneNode(true);
  card.querySelector(".name").textContent = file.name;
  if (replace) replace.replaceWith(card);
  else sent.append(card);
  const bar = card.querySelector("progress");
  const state = card.querySelector(".state-text");
  const fail = (words) => {
    const alert = card.querySelector(".alert");
    alert.textContent = words;
    alert.hidden = false;
    state.textContent = "";
    bar.hidden = true;
  };
  if (file.size > Number(form.dataset.limit)) return fail(form.dataset.tooLarge);
  state.textContent = form.dataset.sending;
  try {
    const { status, answer } = await post(file, fields, (share) => {
      bar.value = Math.round(share * 100);
      if (share >= 1) {
        state.textContent = form.dataset.reading;
        bar.removeAttribute("value");
      }
    });
    const upload = answer?.uploads?.[0];
    if (!upload) return fail(answer?.detail ?? `${form.dataset.failed} (${status})`);
    files.set(upload.id, file);
    const fragment = await fetch(`/uploads/${upload.id}/progress`, { headers: { Accept: "text/html" } });
    const holder = document.createElement("div");
    holder.innerHTML = await fragment.text(); // our own page, escaped by the server
    const shown = holder.firstElementChild;
    card.replaceWith(shown);
    globalThis.htmx?.process(shown);
  } catch {
    fail(form.dataset.failed);
  }
}

const TABLE = /\.(csv|tsv|txt|xlsx|json|ndjson|jsonl|parquet)$/i;
const LARGEST_PREVIEW = 20 * 1048576;
const shownColumns = document.getElementById("columns");

// A single table: how its columns are understood is shown before it is sent.
async function preview() {
  shownColumns?.replaceChildren();
  const [file, ...others] = input.files;
  if (!shownColumns || !file || others.length || !TABLE.test(file.name) || file.size > LARGEST_PREVIEW) return;
  const body = new FormData();
  body.append("csrf", form.elements.csrf.value);
  if (form.elements.channel.value) body.append("channel", form.elements.channel.value);
  body.append("file", file, file.name);
  const answer = await fetch("/upload/columns", { method: "POST", body, headers: { Accept: "text/html" } });
  if (!answer.ok || input.files[0] !== file) return; // no table, or another was chosen meanwhile
  shownColumns.innerHTML = await answer.text(); // our own page, escaped by the server
}

// What the person says of columns: field → column; several columns of words are joined.
function mapping(onlyChanged) {
  const chosen = {};
  for (const select of shownColumns?.querySelectorAll("[data-column]") ?? []) {
    if (!select.value || (onlyChanged && select.value === select.dataset.was)) continue;
    const before = chosen[select.value];
    chosen[select.value] = before ? `${before}+${select.dataset.column}` : select.dataset.column;
  }
  return chosen;
}

async function keepMapping(file) {
  const name = shownColumns?.querySelector("[name=save_mapping]")?.value.trim();
  if (!name) return;
  const body = new FormData();
  body.append("mapping", JSON.stringify(mapping(false)));
  if (form.elements.channel.value) body.append("channel", form.elements.channel.value);
  body.append("file", file, file.name);
  await fetch(`/v1/mappings/${encodeURIComponent(name)}`, { method: "PUT", body, headers: { "X-CSRF-Token": token } });
}

function options() {
  return { channel: form.elements.channel.value, roles: [form.elements.roles.value, form.elements.speakers.value].filter(Boolean).join(",") };
}

if (form) {
  input.addEventListener("change", () => preview().catch(() => {}));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = [...input.files];
    const fields = options();
    const changed = mapping(true);
    if (chosen.length === 1 && Object.keys(changed).length) fields.mapping = JSON.stringify(changed);
    if (chosen.length === 1) await keepMapping(chosen[0]).catch(() => {});
    input.value = "";
    shownColumns?.replaceChildren();
    for (const file of chosen) await send(file, fields); // one by one: the first results come first
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const fields = options();
    for (const file of [...event.dataTransfer.files]) await send(file, fields);
  });
}

// Columns that could not be guessed: the person says which is what, the same file goes again.
document.addEventListener("submit", (event) => {
  const asked = event.target.closest?.("[data-mapping]");
  if (!asked) return;
  event.preventDefault();
  const card = asked.closest("[data-upload]");
  const file = files.get(card.dataset.upload);
  if (!file || !form) {
    asked.querySelector("[data-no-file]").hidden = false;
    return;
  }
  const chosen = Object.fromEntries([...new FormData(asked).entries()].filter(([, column]) => column));
  send(file, { ...options(), mapping: JSON.stringify(chosen) }, { replace: card });
});
