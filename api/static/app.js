// Small things every page shares: asking before what cannot be undone, copying, the form token of htmx requests.
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = token;
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = button.dataset.done;
  } catch {
    // No clipboard without https: select the text, so that one key press copies it.
    window.getSelection().selectAllChildren(source);
  }
});

// On a narrow screen the navigation scrolls: the page one is on must be in sight.
// Its own scrolling alone: scrollIntoView would also move the place from which the Tab key starts.
const here = document.querySelector("nav [aria-current]");
for (let box = here?.parentElement; box && box !== document.body; box = box.parentElement) {
  if (box.scrollWidth > box.clientWidth) {
    const { left, width } = here.getBoundingClientRect();
    box.scrollLeft += left + width / 2 - box.getBoundingClientRect().left - box.clientWidth / 2;
  }
}

// Filters send only what was chosen, so that addresses stay short enough to be read and shared.
for (const form of document.querySelectorAll('form.filters[method="get"]')) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) {
      if (value === "") event.formData.delete(name);
    }
  });
}

// A list of choices closes when one looks elsewhere, and opens to the side where there is room.
for (const box of document.querySelectorAll(".several")) {
  const list = box.querySelector("details");
  list.addEventListener("toggle", () => {
    box.classList.remove("leftward");
    box.classList.toggle("leftward", box.querySelector(".choices").getBoundingClientRect().right > document.documentElement.clientWidth);
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !list.open) return;
    list.open = false;
    list.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) list.open = false;
  });
}

// What scrolls sideways is reached by the keyboard too, where nothing inside it is.
for (const box of document.querySelectorAll(".scroll, pre")) {
  if (box.scrollWidth > box.clientWidth && !box.querySelector("a, button, input, select")) box.tabIndex = 0;
}
