// The pad: a paper to draw on, by mouse, pen or finger, or by the keyboard.

import { Paper } from "./paper.js";

const STEP = 24; // how far an arrow key moves the pen

export class Pad extends Paper {
  /** Draw on `canvas`; `width()` is the pen's. */
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
    this.start(this.place(event));
  }

  move(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const several = event.getCoalescedEvents?.() ?? []; // all the places since the last frame
    for (const one of several.length ? several : [event]) this.extend(this.place(one));
  }

  end(event) {
    if (event.pointerId === this.pointer) this.finish();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  start(point) {
    this.stroke = { points: [point], width: this.width() };
    this.things.push(this.stroke);
    this.changed(point);
  }

  extend(point) {
    this.stroke.points.push(point);
    this.changed(point);
  }

  finish() {
    this.stroke = this.pointer = null;
    this.rested();
  }

  /** Arrow keys move the pen, space or Enter puts it down and lifts it. */
  key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (way) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      this.pen.x = clamp(this.pen.x + way[0] * step, this.canvas.width);
      this.pen.y = clamp(this.pen.y + way[1] * step, this.canvas.height);
      this.pen.shown = true;
      if (this.pen.down) this.extend([this.pen.x, this.pen.y]);
      else this.paint();
    } else if (event.key === " " || event.key === "Enter") {
      this.lift(!this.pen.down);
      this.pen.shown = true; // the next stroke begins from there
      this.paint();
    } else return;
    event.preventDefault();
  }

  /** Put the keyboard's pen down, or lift it. */
  lift(down) {
    if (this.pen.down && !down) this.finish();
    if (!this.pen.down && down) this.start([this.pen.x, this.pen.y]);
    this.pen.down = this.pen.shown = down;
    this.paint();
  }

  /** Let go of the stroke that is being drawn, and lift the pen. */
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
