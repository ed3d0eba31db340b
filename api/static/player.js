// The recording in step with its words: words light up as they are spoken, a click on a word plays from there.
const audio = document.getElementById("audio");
const player = document.getElementById("player");
const text = document.getElementById("text");
const lanes = document.querySelector("[data-lanes]");
const cursor = document.querySelector("[data-cursor]");
const duration = Number(player?.dataset.duration ?? 0);
const SKIP_S = 5;

const timed = (selector) =>
  [...document.querySelectorAll(selector)]
    .map((element) => ({ element, begin: Number(element.dataset.b), end: Number(element.dataset.e) }))
    .sort((a, b) => a.begin - b.begin);
const words = timed(".w");
const turns = timed(".turn[data-b]");

// The last entry that began by `ms`, by bisection: a long call has thousands of words.
function at(entries, ms) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].begin <= ms) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

let lit = null;
let turn = null;

function show(ms) {
  const word = at(words, ms);
  const spoken = word && ms <= word.end + 250 ? word.element : null;
  if (spoken !== lit) {
    lit?.classList.remove("on");
    spoken?.classList.add("on");
    lit = spoken;
  }
  const current = at(turns, ms)?.element ?? null;
  if (current !== turn) {
    turn?.classList.remove("now");
    current?.classList.add("now");
    turn = current;
    if (audio && !audio.paused && current) follow(current);
  }
  if (cursor && duration) {
    const lane = lanes.querySelector("svg");
    const box = lane.getBoundingClientRect();
    cursor.hidden = false;
    cursor.style.left = `${box.left - lanes.getBoundingClientRect().left + (box.width * Math.min(ms, duration)) / duration}px`;
  }
}

function follow(element) {
  const box = element.getBoundingClientRect();
  const top = player.getBoundingClientRect().bottom;
  if (box.top < top || box.bottom > window.innerHeight) {
    window.scrollBy({ top: box.top - top - 24, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
}

function seek(ms, { play }) {
  if (!audio) {
    show(ms);
    return;
  }
  audio.currentTime = ms / 1000;
  show(ms);
  if (play) audio.play().catch(() => {}); // a browser may refuse to play before a gesture; the place is set all the same
}

if (audio) {
  document.body.classList.add("playable");
  let frame = 0;
  const tick = () => {
    show(audio.currentTime * 1000);
    frame = requestAnimationFrame(tick);
  };
  audio.addEventListener("play", () => { cancelAnimationFrame(frame); tick(); });
  audio.addEventListener("pause", () => cancelAnimationFrame(frame));
  audio.addEventListener("seeked", () => show(audio.currentTime * 1000));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A control that has the focus keeps its own keys.
    if (event.target.closest("input, select, textarea, button, a, audio, summary")) return;
    if (event.key === " ") {
      event.preventDefault();
      if (audio.paused) audio.play();
      else audio.pause();
    } else if (event.key === "n" || event.key === "p") {
      const now = audio.currentTime * 1000;
      // A turn that has just begun counts as here: "before" then means the one before it.
      const next = event.key === "n" ? turns.find((one) => one.begin > now + 50) : turns.findLast((one) => one.begin < now - 1500);
      if (next) seek(next.begin, { play: !audio.paused });
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      event.preventDefault();
      audio.currentTime = Math.max(0, audio.currentTime + (event.key === "ArrowLeft" ? -SKIP_S : SKIP_S));
    }
  });
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.(".time[data-b], .w[data-b], [data-lanes] [data-b]");
  const lane = event.target.closest?.("[data-lanes] svg");
  if (target && (audio || target.matches("[data-show]"))) {
    seek(Number(target.dataset.b), { play: true });
    if (!audio) at(turns, Number(target.dataset.b))?.element.scrollIntoView({ block: "center" });
  } else if (lane && audio && duration) {
    const box = lane.getBoundingClientRect();
    seek(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * duration, { play: true });
  }
});

// Both copies of a recording are equally long: changing between them keeps the second.
document.querySelector("[data-sound]")?.addEventListener("change", (event) => {
  const playing = !audio.paused;
  const second = audio.currentTime;
  audio.src = `${event.target.dataset.sound}?copy=${event.target.checked ? "masked" : "original"}`;
  audio.addEventListener(
    "loadedmetadata",
    () => {
      audio.currentTime = second;
      if (playing) audio.play().catch(() => {});
    },
    { once: true },
  );
});

const start = player?.dataset.start;
if (start !== undefined) {
  const ms = Number(start);
  if (audio) {
    const place = () => seek(ms, { play: false });
    if (audio.readyState >= 1) place();
    else audio.addEventListener("loadedmetadata", place, { once: true });
  }
  show(ms);
  const there = at(turns, ms)?.element;
  if (there) requestAnimationFrame(() => follow(there));
}
text?.classList.toggle("ready", true);
