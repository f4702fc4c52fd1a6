// The pad: paper to draw on with mouse, pen, finger or keyboard.

import { Paper } from "./paper.js";

const STEP = 24; // pixels by which an arrow key moves the pen

export class Pad extends Paper {
  /** Draw on `canvas`; `width()` returns the width of the pen. */
  constructor(canvas, width) {
    super(canvas);
    Object.assign(this, { width, stroke: null, pointer: null });
    this.pen = { x: canvas.width / 3, y: canvas.height / 4, down: false, shown: false };
    this.listen();
  }

  listen() {
    const on = (name, act) => this.canvas.addEventListener(name, act.bind(this));
    on("pointerdown", this.begin);
    on("pointermove", this.move);
    on("pointerup", this.end);
    on("pointercancel", this.end);
    on("keydown", this.key);
    on("blur", () => this.lift(false));
  }

  begin(event) {
    if (this.stroke || event.button > 0) return; // a second finger, or another button
    event.preventDefault();
    this.canvas.focus({ preventScroll: true, focusVisible: false });
    this.lift(false);
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.start(this.position(event));
  }

  move(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const several = event.getCoalescedEvents?.() ?? []; // all positions since the last frame
    for (const one of several.length ? several : [event]) this.extend(this.position(one));
  }

  end(event) {
    if (event.pointerId === this.pointer) this.finish();
  }

  position(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  start(point) {
    this.stroke = { points: [point], width: this.width() };
    this.items.push(this.stroke);
    this.changed(point);
  }

  extend(point) {
    this.stroke.points.push(point);
    this.changed(point);
  }

  finish() {
    this.stroke = this.pointer = null;
    this.completed();
  }

  /** Arrow keys move the pen, Space or Enter lowers or lifts it. */
  key(event) {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const direction = directions[event.key];
    if (direction) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      this.pen.x = clamp(this.pen.x + direction[0] * step, this.canvas.width);
      this.pen.y = clamp(this.pen.y + direction[1] * step, this.canvas.height);
      this.pen.shown = true;
      if (this.pen.down) this.extend([this.pen.x, this.pen.y]);
      else this.paint();
    } else if (event.key === " " || event.key === "Enter") {
      this.lift(!this.pen.down);
      this.pen.shown = true; // the next stroke begins there
      this.paint();
    } else return;
    event.preventDefault();
  }

  /** Lower or lift the keyboard's pen. */
  lift(down) {
    if (this.pen.down && !down) this.finish();
    if (!this.pen.down && down) this.start([this.pen.x, this.pen.y]);
    this.pen.down = this.pen.shown = down;
    this.paint();
  }

  /** End the stroke that is being drawn, and lift the pen. */
  release() {
    this.stroke = this.pointer = null;
    this.pen.down = false;
  }

  paint() {
    super.paint();
    if (this.pen.shown) this.paintPen();
  }

  paintPen() {
    this.context.beginPath();
    this.context.arc(this.pen.x, this.pen.y, this.width() / 2 + 6, 0, 2 * Math.PI);
    Object.assign(this.context, { lineWidth: 5, strokeStyle: "#d9480f" });
    this.context.stroke();
  }
}

const clamp = (value, end) => Math.min(Math.max(value, 0), end);
