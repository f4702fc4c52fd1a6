// The paper: strokes, and a picture under them. It keeps what was laid on it, draws it anew, takes it back.

const INK = "#1b1a17";
const SENT = { width: 320, height: 200 }; // enough for numbers of small digits; more takes time and says no more

export class Paper extends EventTarget {
  /** Show what lies here on `canvas`. Fires "change" whenever something looks different, "rest" when it is complete. */
  constructor(canvas) {
    super();
    Object.assign(this, { canvas, context: canvas.getContext("2d"), things: [], near: null });
  }

  /** Lay a picture on the paper in place of all there is; `image` is null where the browser can't show it. */
  lay(file, image) {
    this.release();
    this.things.push({ file, image });
    this.changed(null);
    this.rested();
  }

  undo() {
    this.release();
    this.things.pop();
    this.changed(null);
    this.rested();
  }

  clear() {
    this.things = [];
    this.undo();
  }

  /** Let go of whatever is being drawn, as what lies on the paper changes under it. */
  release() {}

  changed(point) {
    this.near = point;
    this.paint();
    this.dispatchEvent(new Event("change"));
  }

  rested() {
    this.dispatchEvent(new Event("rest"));
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

  /** Return what to read, {blob, scale, left, top}: (x, y) in the blob is (left + x scale, top + y scale) on the paper. */
  async picture() {
    const [first, ...rest] = this.visible;
    if (!first) return null;
    if (first.file && !rest.length) {
      return { blob: first.file, ...(first.image ? fitted(first.image, this.canvas) : { scale: 0, left: 0, top: 0 }) };
    }
    const small = Object.assign(document.createElement("canvas"), SENT);
    Paper.prototype.paint.call(this); // without what a pad shows of its pen
    small.getContext("2d").drawImage(this.canvas, 0, 0, SENT.width, SENT.height);
    this.paint();
    const blob = await new Promise((done) => small.toBlob(done));
    return { blob, scale: this.canvas.width / SENT.width, left: 0, top: 0 };
  }
}

const middle = ([x, y], [u, v]) => [(x + u) / 2, (y + v) / 2];

function fitted(image, canvas) {
  const scale = Math.min(canvas.width / image.width, canvas.height / image.height);
  return { scale, left: (canvas.width - image.width * scale) / 2, top: (canvas.height - image.height * scale) / 2 };
}
