// Shows the activations of each layer as a grid of units, and the weights of the first layer that has any.

import { bytes, grid, paintUnits } from "./paint.js";

const find = (id) => document.getElementById(id);
const WIDEST = 660; // pixels of a canvas, half as many CSS pixels

export class Layers {
  constructor() {
    this.layers = [];
    this.weights = null;
    this.unit = 0;
  }

  show(layers) {
    this.layers = layers.map((layer) => ({ ...layer, bytes: bytes(layer.values), ...layoutOf(layer.shape) }));
    const list = find("layers");
    while (list.children.length > layers.length) list.lastChild.remove();
    while (list.children.length < layers.length) list.append(this.figure(list.children.length));
    this.layers.forEach((layer, position) => this.paint(list.children[position], layer));
    if (!layers.length) this.hide();
    else if (!find("card").hidden) this.describe();
  }

  repaint() {
    [...find("layers").children].forEach((figure, position) => this.paint(figure, this.layers[position]));
  }

  paint(figure, layer) {
    const [canvas, caption] = figure.children;
    const { count, width, height, columns, scale } = layer;
    paintUnits(canvas, count, width, height, columns, scale, (unit, y, x) => layer.bytes[(y * width + x) * count + unit]);
    canvas.style.width = `${canvas.width / 2}px`; // for screens with two pixels for a CSS pixel
    const hint = layer.first && this.weights ? "; point at a unit to see its weights" : "";
    canvas.tabIndex = hint ? 0 : -1;
    if (!hint) canvas.removeAttribute("tabindex");
    canvas.setAttribute("aria-label", `Activations of ${layer.name}${hint && ". Arrow keys select a unit"}`);
    caption.replaceChildren(Object.assign(document.createElement("b"), { textContent: layer.name }),
      ` ${size(layer)}${hint}`);
  }

  figure(position) {
    const figure = document.createElement("figure");
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    figure.append(canvas, document.createElement("figcaption"));
    const isFirst = () => this.layers[position]?.first && this.weights;
    canvas.addEventListener("pointermove", (event) => isFirst() && this.point(canvas, event));
    canvas.addEventListener("pointerleave", () => this.hide());
    canvas.addEventListener("focus", () => isFirst() && this.open(canvas));
    canvas.addEventListener("blur", () => this.hide());
    canvas.addEventListener("keydown", (event) => isFirst() && this.move(canvas, event));
    return figure;
  }

  get first() {
    return this.layers.find((layer) => layer.first);
  }

  point(canvas, event) {
    const { count, width, height, columns } = this.first;
    const box = canvas.getBoundingClientRect();
    const layout = grid(count, width, height, columns);
    const column = Math.floor(((event.clientX - box.left) / box.width) * layout.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * layout.rows);
    this.unit = Math.min(Math.max(row * columns + column, 0), count - 1);
    this.open(canvas);
  }

  move(canvas, event) {
    const { columns, count } = this.first;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (event.key === "Escape" && !find("card").hidden) {
      event.stopPropagation(); // it would also clear the paper
      this.hide();
    }
    if (!step) return;
    event.preventDefault();
    this.unit = Math.min(Math.max(this.unit + step, 0), count - 1);
    this.open(canvas);
  }

  /** Show the weights of the selected unit, beside or below its layer. */
  open(canvas) {
    const card = find("card");
    card.hidden = false;
    this.describe();
    const rightmost = card.parentElement.clientWidth - card.offsetWidth - 8;
    const right = canvas.offsetLeft + canvas.offsetWidth + 12;
    card.style.left = `${Math.max(8, Math.min(right, rightmost))}px`;
    card.style.top = `${canvas.offsetTop + (right <= rightmost ? 0 : canvas.offsetHeight + 12)}px`;
  }

  describe() {
    const [count, height, width] = this.weights.shape;
    const all = bytes(this.weights.values);
    const value = (unit, y, x) => all[(unit * height + y) * width + x];
    paintUnits(find("weights"), 1, width, height, 1, Math.round(256 / width), (_, y, x) => value(this.unit, y, x));
    const columns = Math.ceil(Math.sqrt(count));
    const scale = Math.max(1, Math.floor(416 / grid(count, width, height, columns).width));
    paintUnits(find("all-weights"), count, width, height, columns, scale, value);
    find("all-weights").style.width = `${find("all-weights").width / 2}px`;
    this.frame(columns, scale, width, height);
    find("unit").textContent = `Unit ${this.unit + 1} of ${count}: its ${height}×${width} weights, and beside them those of all units.`;
  }

  frame(columns, scale, width, height) {
    const context = find("all-weights").getContext("2d");
    const { gap } = grid(1, width, height, columns);
    const [x, y] = [this.unit % columns, Math.floor(this.unit / columns)];
    Object.assign(context, { lineWidth: 3, strokeStyle: getComputedStyle(document.documentElement).getPropertyValue("--ink") });
    context.strokeRect(x * (width + gap) * scale + 1, y * (height + gap) * scale + 1, width * scale - 2, height * scale - 2);
  }

  hide() {
    find("card").hidden = true;
  }
}

/** Return the layout of a layer's units: feature maps of height x width, or single numbers as squares. */
function layoutOf(shape) {
  const [height, width, count] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const single = width === 1 && height === 1;
  const columns = Math.min(count, single ? 16 : Math.max(8, Math.ceil(count / 4)));
  const total = grid(count, width, height, columns).width;
  const scale = Math.max(1, Math.min(Math.round(WIDEST / total), single ? 44 : 16));
  return { count, width, height, columns, scale };
}

function size({ shape, count, total }) {
  const words = shape.length === 3 ? `${total} ${total === 1 ? "feature map" : "feature maps"} of ${shape[0]}×${shape[1]}` : `${total} units`;
  return total > count ? `${words}, the first ${count} shown` : words;
}
