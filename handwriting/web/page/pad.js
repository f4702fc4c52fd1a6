// The paper: strokes by pointer or keyboard, a picture under them, undo. It keeps what was done and draws it anew.

const INK = "#1b1a17";
const STEP = 24; // how far an arrow key moves the pen
const SENT = { width: 320, height: 200 }; // enough for numbers of small digits; more takes time and says no more

export class Pad extends EventTarget {
  /** Draw on `canvas`; `width()` is the pen's. Fires "change" whenever something looks different. */
  constructor(canvas, width) {
    super();
    Object.assign(this, { canvas, width, context: canvas.getContext("2d"), things: [], stroke: null, near: null });
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
    this.dispatchEvent(new Event("rest"));
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

  /** Lay a picture on the paper in place of all there is; `image` is null where the browser can't show it. */
  lay(file, image) {
    this.release();
    this.things.push({ file, image });
    this.changed(null);
    this.dispatchEvent(new Event("rest"));
  }

  undo() {
    this.release();
    this.things.pop();
    this.changed(null);
    this.dispatchEvent(new Event("rest"));
  }

  clear() {
    this.things = [];
    this.undo();
  }

  /** Let go of the stroke that is being drawn, as what lies on the paper changes under it. */
  release() {
    this.stroke = this.pointer = null;
    this.pen.down = false;
  }

  changed(point) {
    this.near = point;
    this.paint();
    this.dispatchEvent(new Event("change"));
  }

  /** What lies on the paper: the last picture and the strokes on it. */
  get visible() {
    return this.things.slice(Math.max(0, this.things.findLastIndex((thing) => thing.file)));
  }

  paint() {
    const { context, canvas } = this;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const thing of this.visible) thing.file ? this.paintPicture(thing) : this.paintStroke(thing);
    if (this.pen.shown) this.paintPen();
  }

  paintPicture({ image }) {
    if (!image) return;
    const fit = fitted(image, this.canvas);
    this.context.drawImage(image, fit.left, fit.top, image.width * fit.scale, image.height * fit.scale);
  }

  paintStroke({ points, width }) {
    const { context } = this;
    Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round", strokeStyle: INK });
    context.beginPath();
    context.moveTo(...points[0]);
    // Curves from middle to middle, bent by the points between: a quick hand gives few points.
    for (let i = 1; i < points.length - 1; i++) context.quadraticCurveTo(...points[i], ...middle(points[i], points[i + 1]));
    context.lineTo(...points.at(-1));
    context.stroke();
  }

  paintPen() {
    this.context.beginPath();
    this.context.arc(this.pen.x, this.pen.y, this.width() / 2 + 6, 0, 2 * Math.PI);
    Object.assign(this.context, { lineWidth: 5, strokeStyle: "#d9480f" });
    this.context.stroke();
  }

  /** Return what to read, {blob, scale, left, top}: (x, y) in the blob is (left + x scale, top + y scale) on the paper. */
  async picture() {
    const [first, ...rest] = this.visible;
    if (!first) return null;
    if (first.file && !rest.length) {
      return { blob: first.file, ...(first.image ? fitted(first.image, this.canvas) : { scale: 0, left: 0, top: 0 }) };
    }
    const small = Object.assign(document.createElement("canvas"), SENT);
    const shown = this.pen.shown; // the keyboard's pen is not part of the drawing
    this.pen.shown = false;
    this.paint();
    small.getContext("2d").drawImage(this.canvas, 0, 0, SENT.width, SENT.height);
    this.pen.shown = shown;
    if (shown) this.paint();
    const blob = await new Promise((done) => small.toBlob(done));
    return { blob, scale: this.canvas.width / SENT.width, left: 0, top: 0 };
  }
}

const clamp = (value, end) => Math.min(Math.max(value, 0), end);
const middle = ([x, y], [u, v]) => [(x + u) / 2, (y + v) / 2];

function fitted(image, canvas) {
  const scale = Math.min(canvas.width / image.width, canvas.height / image.height);
  return { scale, left: (canvas.width - image.width * scale) / 2, top: (canvas.height - image.height * scale) / 2 };
}
