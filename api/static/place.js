// Opens a text at the characters named in the address (#c=begin-end): scrolls there and outlines the words.
function point() {
  const found = /^#c=(\d+)-(\d+)$/.exec(location.hash);
  const text = document.querySelector("#text .text");
  if (!found || !text) return;
  const [begin, end] = [Number(found[1]), Number(found[2])];
  let position = 0;
  let first = null;
  for (const piece of text.children) {
    const size = [...piece.textContent].length; // offsets count characters, not UTF-16 units
    const inside = position < end && position + size > begin && piece.textContent.trim() !== "";
    piece.classList.toggle("pointed", inside);
    if (inside) first ??= piece;
    position += size;
  }
  first?.scrollIntoView({ block: "center" });
}
point();
addEventListener("hashchange", point);
