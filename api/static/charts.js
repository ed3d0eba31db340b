// Draws every .chart from the Vega-Lite specification in its data-spec, with the page's own colours.
// Expressions run in vega's interpreter (ast: true): the content security policy forbids eval.
import { expressionInterpreter } from "./vendor/vega-interpreter.js";

const style = () => getComputedStyle(document.documentElement);
const colour = (name) => style().getPropertyValue(name).trim();

function resolved(spec) {
  // A scale may name a colour by what it means; the style sheet says which colour that is, light or dark.
  for (const part of [spec, ...(spec.layer ?? [])]) {
    const scale = part.encoding?.color?.scale;
    if (scale?.range) scale.range = scale.range.map((name) => colour(`--${name}`) || name);
  }
  return spec;
}

function theme() {
  const muted = colour("--muted");
  const font = style().fontFamily;
  return {
    background: "transparent",
    font,
    view: { stroke: null },
    axis: { labelColor: muted, titleColor: muted, gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line"), labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal" },
    legend: { labelColor: muted, labelFontSize: 12, symbolType: "square" },
    range: { category: colour("--series").split(",").map((one) => one.trim()) },
    bar: { cornerRadius: 1 },
    text: { color: colour("--ink") },
  };
}

async function draw(element) {
  const spec = resolved(JSON.parse(element.dataset.spec));
  if (element.clientWidth < 480 && spec.encoding?.color?.legend?.columns) spec.encoding.color.legend.columns = 3;
  await globalThis.vegaEmbed(element, spec, {
    actions: false,
    ast: true,
    expr: expressionInterpreter,
    renderer: "svg",
    config: theme(),
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
    loader: { target: "_self" },
  });
  element.dataset.drawn = "yes";
}

const drawAll = () => Promise.all([...document.querySelectorAll(".chart")].map(draw));

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
