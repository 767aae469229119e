"use strict";
(() => {
const net = JSON.parse(document.getElementById("net").textContent);
const NS = "http://www.w3.org/2000/svg";
const view = document.getElementById("view"), svg = view.querySelector("svg");
const tip = document.getElementById("tip");
const COSTS = ["params", "macs", "memory"];
const ROW = 26, LANE = 22, PAD = 12, BAR = 22, SKIP = 16;
let colours = null, shade = net.colour;

// ------------------------------------------------------------------ the tree of boxes

const all = new Map(), parent = new Map();
const enter = (box, above) => {
  all.set(box.id, box);
  parent.set(box.id, above);
  for (const child of box.children || []) enter(child, box);
};
const root = { id: -1, children: net.boxes, open: true };
for (const box of net.boxes) enter(box, root);
const chains = new Map();  // of each leaf: the boxes around it, outermost first
for (const box of all.values()) {
  if (box.children) continue;
  const chain = [box];
  for (let up = parent.get(box.id); up !== root; up = parent.get(up.id)) chain.unshift(up);
  chains.set(box.id, chain);
}

// --------------------------------------------------------------------------- text

const ruler = document.createElement("canvas").getContext("2d");
const FONTS = { head: "12px ", name: "bold 12px ", sub: "10px " };
const HEIGHTS = { head: 15, name: 15, sub: 12.5 };
const wide = (kind, text) => { ruler.font = FONTS[kind] + net.font; return ruler.measureText(text).width; };

// -------------------------------------------------------------------------- layout

// Every edge, by the box that holds both ends: {from, to: child or null for the holder itself}.
function edges() {
  const held = new Map();
  for (const [from, to, skip, label, shape, aux] of net.wires) {
    const a = chains.get(from), b = chains.get(to);
    let at = 0;
    while (at < a.length - 1 && at < b.length - 1 && a[at] === b[at]) at++;
    const add = (holder, one, two) => {
      const list = held.get(holder) || held.set(holder, []).get(holder);
      const old = list.find((e) => e.from === one && e.to === two);
      if (old) { old.skip = old.skip && skip; old.aux = old.aux && aux; return; }
      list.push({ from: one, to: two, skip, label, shape, aux });
    };
    const top = at ? a[at - 1] : root;
    if (top !== root && !isOpen(top)) continue;
    add(top.id, a[at].id, b[at].id);
    for (let n = at; n < b.length - 1 && b[n].open; n++) add(b[n].id, null, b[n + 1].id);
    for (let n = at; n < a.length - 1 && a[n].open; n++) add(a[n].id, a[n + 1].id, null);
  }
  return held;
}

function isOpen(box) {
  for (let up = box; up !== root; up = parent.get(up.id)) if (!up.open) return false;
  return true;
}

function layout(box, held) {
  if (!box.open || !box.children) {
    const count = box.count > 1 ? 26 : 0;
    box.w = Math.max(30, ...box.lines.map(([kind, text]) => wide(kind, text))) + 20 + count;
    box.h = box.lines.reduce((sum, [kind]) => sum + HEIGHTS[kind], 0) + 10;
    return;
  }
  for (const child of box.children) layout(child, held);
  const list = held.get(box.id) || [];
  const inner = list.filter((e) => e.from !== null && e.to !== null);
  place(box, inner, list);
}

function place(box, inner, list) {
  const children = box.children, rank = new Map(), order = new Map();
  children.forEach((child, at) => order.set(child.id, at));
  const into = new Map(children.map((child) => [child.id, []]));
  const outof = new Map(children.map((child) => [child.id, []]));
  for (const e of inner) { into.get(e.to).push(e); outof.get(e.from).push(e); }
  const flow = (e) => !e.skip;
  for (const child of children) {
    const before = into.get(child.id).filter((e) => flow(e) && order.get(e.from) < order.get(child.id));
    rank.set(child.id, before.reduce((most, e) => Math.max(most, rank.get(e.from) + 1), 0));
  }
  const rows = [];
  for (const child of children) (rows[rank.get(child.id)] ||= []).push(child);
  // Lanes: the first that reads a value stays below it, others stand beside.
  const lane = new Map();
  let lanes = 0;
  for (const child of children) {
    const before = into.get(child.id).filter(flow);
    const first = before.length ? outof.get(before[0].from).find((e) => flow(e) && !e.aux) : null;
    const on = before.length && first && first.to === child.id;
    lane.set(child.id, on ? lane.get(before[0].from) : lanes++);
  }
  // Rows in which one box stands alone, and that no line passes, cut the body into regions.
  const spans = inner.filter(flow).map((e) => [rank.get(e.from), rank.get(e.to), e.aux]);
  const deepest = new Array(rows.length).fill(0);
  for (const [a, b, aux] of spans) if (!aux) for (let r = a + 1; r < b; r++) deepest[r]++;
  const title = box.title ? BAR : 0;
  let y = box === root ? 0 : title + PAD, low = 0;
  const tops = rows.map((row) => { const top = y; y += Math.max(...row.map((c) => c.h)) + ROW; return top; });
  const regions = [];
  rows.forEach((row, r) => {
    const main = row.filter((c) => !c.aux || box.aux);
    const cut = main.length <= 1 && !deepest[r];
    if (cut || !regions.length || regions.at(-1).cut) regions.push({ cut, rows: [] });
    regions.at(-1).rows.push(r);
  });
  let left = 0, right = 0;
  for (const region of regions) {
    const main = region.rows.flatMap((r) => rows[r].filter((c) => !c.aux || box.aux));
    const used = [...new Set(main.map((c) => lane.get(c.id)))].sort((a, b) => a - b);
    const widths = used.map((l) => Math.max(...main.filter((c) => lane.get(c.id) === l).map((c) => c.w)));
    let x = -(widths.reduce((a, b) => a + b, 0) + LANE * (used.length - 1)) / 2;
    const half = -x;
    const middle = new Map(used.map((l, at) => { const m = x + widths[at] / 2; x += widths[at] + LANE; return [l, m]; }));
    left = Math.min(left, -half); right = Math.max(right, half);
    for (const r of region.rows) {
      let side = half + 2 * LANE;
      for (const child of rows[r]) {
        child.y = tops[r];
        if (child.aux && !box.aux) {
          child.x = side; side += child.w + LANE; right = Math.max(right, side);
        } else child.x = middle.get(lane.get(child.id)) - child.w / 2;
      }
    }
  }
  low = Math.max(0, ...children.map((c) => c.y + c.h));
  const beside = list.filter((e) => e.skip && e.to !== null).length;
  const room = Math.min(beside, 4) * SKIP + (beside ? 8 : 0);
  const name = box.title ? wide("name", heading(box)) + 30 : 0;
  const shift = Math.max(-left + room + PAD, name / 2 + PAD);
  box.w = Math.max(shift + right + room + PAD, name + 2 * PAD);
  box.h = low + PAD + (box === root ? 0 : 4);
  box.middle = shift;
  for (const child of children) child.x += shift;
  box.skips = right + shift + 8;
}

const heading = (box) => box.title + (box.count > 1 ? "  ×" + box.count : "");

// ------------------------------------------------------------------------- drawing

const make = (tag, attributes, into, text) => {
  const made = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  into.append(made);
  return made;
};

function most() {
  const at = COSTS.indexOf(shade);
  let found = 0;
  const look = (box) => {
    if (box.open && box.children) box.children.forEach(look);
    else if (box.kind !== "end") found = Math.max(found, box.costs[at]);
  };
  net.boxes.forEach(look);
  return found;
}

function mixed(stops, part) {
  const place = Math.min(Math.max(part, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2), rest = place - low;
  const rgb = (c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
  const [a, b] = [rgb(stops[low]), rgb(stops[low + 1])];
  return a.map((v, i) => Math.round(v + (b[i] - v) * rest));
}

function paint(box, top) {
  const kind = colours.kinds[box.kind];
  if (box.kind === "end") return { fill: colours.back, line: colours.back, ink: colours.text };
  if (shade === "kind") return { fill: kind.fill, line: kind.line, ink: colours.text };
  const part = top ? Math.sqrt(box.costs[COSTS.indexOf(shade)] / top) : 0;
  const [r, g, b] = mixed(colours.heat, part);
  const light = 0.299 * r + 0.587 * g + 0.114 * b > 150;
  return { fill: `rgb(${r},${g},${b})`, line: colours.line, ink: light ? "#1f2328" : "#ffffff" };
}

function draw() {
  const held = edges();
  for (const box of net.boxes) layout(box, held);
  const flow = (held.get(root.id) || []).filter((e) => e.from !== null && e.to !== null);
  place(root, flow, held.get(root.id) || []);
  svg.replaceChildren();
  const defs = make("defs", {}, svg);
  for (const [id, colour] of [["a", colours.line], ["s", colours.skip]]) {
    const marker = make("marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, defs);
    make("path", { d: "M0,1 L7,4 L0,7 z", fill: colour }, marker);
  }
  const top = shade === "kind" ? 0 : most();
  const sheet = make("g", {}, svg);
  inside(root, sheet, held, top);
  legend(top);
}

function inside(box, into, held, top) {
  for (const child of box.children) paintBox(child, into, held, top);
  const list = held.get(box.id) || [];
  let skips = 0;
  for (const e of list) {
    if (e.skip && e.to !== null) { skip(box, e, into, skips++); continue; }
    line(box, e, into);
  }
}

function paintBox(box, into, held, top) {
  const g = make("g", {
    class: "box" + (box.children ? " folds" : ""), transform: `translate(${box.x.toFixed(1)},${box.y.toFixed(1)})`,
    "data-id": box.id, "data-path": box.path, "data-open": Boolean(box.open && box.children),
  }, into);
  if (box.children) g.setAttribute("tabindex", "0");
  if (box.open && box.children) {
    const look = box.what === "stage" ? colours.stage : colours.block;
    make("rect", { width: box.w, height: box.h, rx: 9, fill: look.fill, stroke: look.line,
      ...(box.aux ? { "stroke-dasharray": "5 4" } : {}) }, g);
    make("rect", { x: 6, y: 5, width: box.w - 12, height: BAR - 5, rx: 5, fill: colours.bar }, g);
    make("text", { x: box.middle, y: 17, "text-anchor": "middle", "font-size": 12, "font-weight": "bold",
      fill: colours.text, "font-family": net.font }, g, heading(box));
    inside(box, g, held, top);
    return;
  }
  const { fill, line: edge, ink } = paint(box, top);
  make("rect", { width: box.w, height: box.h, rx: 8, fill, stroke: edge, "stroke-width": 1.3,
    ...(box.aux && box.kind !== "end" ? { "stroke-dasharray": "5 4" } : {}) }, g);
  let y = 5;
  const x = (box.w - (box.count > 1 ? 26 : 0)) / 2;
  for (const [kind, text] of box.lines) {
    y += HEIGHTS[kind];
    make("text", { x, y: y - 3, "text-anchor": "middle", "font-size": kind === "sub" ? 10 : 12, fill: ink,
      "font-family": net.font, ...(kind === "name" ? { "font-weight": "bold" } : {}),
      ...(kind === "sub" ? { "fill-opacity": 0.8 } : {}) }, g, text);
  }
  if (box.count > 1) {
    make("text", { x: box.w - 9, y: box.h / 2 + 4, "text-anchor": "end", "font-size": 12,
      "font-weight": "bold", fill: ink, "font-family": net.font }, g, "×" + box.count);
  }
}

const child = (box, id) => box.children.find((c) => c.id === id);
const centre = (c) => c.x + (c.open && c.children ? c.middle : c.w / 2);

function line(box, e, into) {
  const from = e.from === null ? null : child(box, e.from);
  const to = e.to === null ? null : child(box, e.to);
  const x1 = from ? centre(from) : box.middle, y1 = from ? from.y + from.h : BAR;
  const x2 = to ? centre(to) : centre(from), y2 = to ? to.y - 1 : box.h;
  let d = `M${x1.toFixed(1)},${y1.toFixed(1)}`;
  if (Math.abs(x1 - x2) < 1) d += ` L${x2.toFixed(1)},${y2.toFixed(1)}`;
  else if (from === null || y2 - y1 < 2 * ROW) {
    const m = Math.min(ROW * 0.9, (y2 - y1) / 2);
    d += from === null
      ? ` C${x1},${y1 + m} ${x2},${y1} ${x2.toFixed(1)},${(y1 + m * 1.4).toFixed(1)} L${x2.toFixed(1)},${y2.toFixed(1)}`
      : ` C${x1},${y1 + m} ${x2},${y2 - m} ${x2.toFixed(1)},${y2.toFixed(1)}`;
  } else {
    d += ` L${x1.toFixed(1)},${(y2 - ROW).toFixed(1)} C${x1},${y2 - ROW / 3} ${x2},${y2 - ROW / 2} ${x2.toFixed(1)},${y2.toFixed(1)}`;
  }
  make("path", { class: "wire", d, fill: "none", stroke: colours.line, "stroke-width": 1.1,
    ...(to ? { "marker-end": "url(#a)" } : {}), ...(e.aux ? { "stroke-dasharray": "5 4" } : {}) }, into);
  if (from && to && from.kind !== "end" && to.kind !== "end" && from.out !== from.in && Math.abs(x1 - x2) < 1) {
    make("text", { x: x1 + 6, y: y1 + ROW / 2 + 2, "font-size": 10, fill: colours.faint, "font-family": net.font }, into, e.shape);
  }
}

function skip(box, e, into, at) {
  const from = e.from === null ? null : child(box, e.from), to = child(box, e.to);
  const x = box.skips + (at % 4) * SKIP;
  const y1 = from ? from.y + from.h / 2 : BAR, x1 = from ? from.x + from.w : x;
  const y2 = to.y + to.h / 2, x2 = to.x + to.w + 1;
  const r = Math.min(14, Math.abs(y2 - y1) / 2);
  let d = `M${x1.toFixed(1)},${y1.toFixed(1)}`;
  if (from) d += ` L${(x - r).toFixed(1)},${y1.toFixed(1)} Q${x},${y1} ${x},${y1 + r}`;
  d += ` L${x.toFixed(1)},${(y2 - r).toFixed(1)} Q${x},${y2} ${x - r},${y2} L${x2.toFixed(1)},${y2.toFixed(1)}`;
  make("path", { class: "skip", d, fill: "none", stroke: colours.skip, "stroke-width": 1.4, "marker-end": "url(#s)" }, into);
  if (e.label) make("text", { x: x + 4, y: (y1 + y2) / 2, "font-size": 10, fill: colours.skip, "font-family": net.font }, into, e.label);
}

function legend(top) {
  const place = document.getElementById("legend");
  place.replaceChildren();
  const item = (fill, edge, text) => {
    const span = document.createElement("span"), square = document.createElement("i");
    square.style.background = fill; square.style.borderColor = edge;
    span.append(square, text);
    place.append(span);
  };
  if (shade !== "kind") {
    const at = COSTS.indexOf(shade);
    const total = at === 2 ? 0 : net.boxes.filter((b) => b.kind !== "end").reduce((sum, b) => sum + b.costs[at], 0);
    for (let n = 0; n < 5; n++) {
      const [r, g, b] = mixed(colours.heat, n / 4);
      const share = total ? (100 * top * (n / 4) ** 2 / total).toPrecision(2) + " %" : n === 4 ? "most" : n ? "" : "none";
      item(`rgb(${r},${g},${b})`, colours.line, share);
    }
    return;
  }
  const used = new Set();
  const look = (box) => { if (box.open && box.children) box.children.forEach(look); else used.add(box.kind); };
  net.boxes.forEach(look);
  for (const [kind, name] of Object.entries(net.kinds)) {
    if (used.has(kind)) item(colours.kinds[kind].fill, colours.kinds[kind].line, name);
  }
}

// ----------------------------------------------------------------------- the view

let at = { x: 0, y: 0, k: 1 };
const show = () => {
  const sheet = svg.querySelector("svg > g");
  if (sheet) sheet.setAttribute("transform", `translate(${at.x},${at.y}) scale(${at.k})`);
};

function fit() {
  const w = view.clientWidth, h = view.clientHeight, head = 90;
  const k = Math.min((w - 40) / root.w, (h - head - 20) / root.h, 1.6);
  // A long strip is shown from its beginning, large enough to read.
  at.k = Math.max(k, Math.min(0.75, (w - 40) / root.w));
  at.x = (w - root.w * at.k) / 2;
  at.y = k < at.k ? head : head + (h - head - root.h * at.k) / 2;
  show();
}

function redraw(box, place) {  // the head of the box stays at the place where it was
  draw();
  if (place) {
    const now = spot(box);
    at.x += (place.x - now.x) * at.k;
    at.y += (place.y - now.y) * at.k;
  }
  show();
}

function spot(box) {  // where a box's head is on the sheet
  let x = box.x + (box.open && box.children ? box.middle : box.w / 2), y = box.y;
  for (let up = parent.get(box.id); up !== root; up = parent.get(up.id)) { x += up.x; y += up.y; }
  return { x, y };
}

function toggle(id) {
  const box = all.get(id);
  if (!box || !box.children) return;
  const place = spot(box);
  box.open = !box.open;
  tip.style.display = "none";
  redraw(box, place);
}

function level(by) {
  // One level deeper or less deep: every box that can be seen, or those that hold no open one.
  const seen = [];
  const look = (box) => {
    if (!box.children) return;
    const shown = box.open && box.children.some((c) => c.open && c.children);
    if (by > 0 ? !box.open : box.open && !shown) seen.push(box);
    else if (box.open) box.children.forEach(look);
  };
  net.boxes.forEach(look);
  for (const box of seen) box.open = by > 0;
  redraw();
  fit();
}

// ------------------------------------------------------------------------- the hand

let held = null, moved = false;
view.addEventListener("wheel", (event) => {
  event.preventDefault();
  const k = Math.min(Math.max(at.k * Math.exp(-event.deltaY * 0.0015), 0.02), 8);
  at.x = event.clientX - (event.clientX - at.x) * k / at.k;
  at.y = event.clientY - (event.clientY - at.y) * k / at.k;
  at.k = k;
  show();
}, { passive: false });
view.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY]; moved = false; });
window.addEventListener("pointermove", (event) => {
  hover(event);
  if (!held) return;
  const [dx, dy] = [event.clientX - held[0], event.clientY - held[1]];
  if (!moved && Math.hypot(dx, dy) < 4) return;
  moved = true;
  view.classList.add("held");
  at.x += dx; at.y += dy;
  held = [event.clientX, event.clientY];
  show();
});
for (const end of ["pointerup", "pointercancel"]) {
  window.addEventListener(end, () => { held = null; view.classList.remove("held"); });
}
view.addEventListener("click", (event) => {
  const box = event.target.closest(".folds");
  if (box && !moved) toggle(Number(box.dataset.id));
});
view.addEventListener("keydown", (event) => {
  const box = event.target.closest(".folds");
  if (box && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    const id = Number(box.dataset.id);
    toggle(id);
    svg.querySelector(`[data-id="${id}"]`)?.focus();
  }
});
view.addEventListener("dblclick", (event) => { if (!event.target.closest(".box")) fit(); });

function hover(event) {
  const g = event.target.closest ? event.target.closest(".box") : null;
  if (!g || held) { tip.style.display = "none"; return; }
  const box = all.get(Number(g.dataset.id));
  const title = document.createElement("b");
  title.textContent = box.title || box.lines.map(([, text]) => text).join(" · ");
  const [params, macs, memory] = box.texts;
  const rows = [box.path, box.place, box.in ? `${box.in} → ${box.out}` : box.out,
    `${params} parameters · ${macs} MACs`, `${memory}B alive while it runs, in float32`];
  if (box.count > 1) rows.push(`${box.count} in a row`);
  if (box.children) rows.push(box.open ? "click to close" : "click to open");
  tip.replaceChildren(title, rows.filter(Boolean).join("\n"));
  tip.style.display = "block";
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.min(event.clientX + 14, view.clientWidth - w - 8) + "px";
  tip.style.top = (event.clientY + 18 + h > view.clientHeight ? event.clientY - h - 10 : event.clientY + 18) + "px";
}

// ------------------------------------------------------------------------- buttons

function theme(name) {
  colours = net.themes[net.theme = name];
  const style = document.documentElement.style;
  style.colorScheme = name;
  for (const key of ["back", "text", "faint"]) style.setProperty("--" + key, colours[key]);
  for (const key of ["stage", "block"]) {
    style.setProperty("--" + key, colours[key].fill);
    style.setProperty(`--${key}-line`, colours[key].line);
  }
}

document.querySelector("h1").textContent = net.name;
document.querySelector("header p").textContent = net.facts;
document.getElementById("more").addEventListener("click", () => level(1));
document.getElementById("less").addEventListener("click", () => level(-1));
document.getElementById("fit").addEventListener("click", fit);
document.getElementById("theme").addEventListener("click", () => { theme(net.theme === "light" ? "dark" : "light"); redraw(); });
const chosen = document.getElementById("colour");
chosen.value = shade;
chosen.addEventListener("change", () => { shade = chosen.value; redraw(); });
window.addEventListener("resize", fit);
const dark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches;
theme(dark ? "dark" : net.theme);
draw();
fit();
})();
