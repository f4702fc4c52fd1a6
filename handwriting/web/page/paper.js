// The paper: its items, which are strokes and pictures, can be drawn again and undone.

const INK = "#1b1a17";
const REDUCTION = 4; // pixels of the paper for one that is read: enough for numbers of small digits, and fast

export class Paper extends EventTarget {
  /** Draw on `canvas`. Fires "change" whenever something looks different, "complete" when a stroke or picture ends. */
  constructor(canvas) {
    super();
    Object.assign(this, { canvas, context: canvas.getContext("2d"), items: [], near: null });
  }

  /** Put a picture on the paper, over everything else; `image` is null if the browser can't show it. */
  addPicture(file, image) {
    this.release();
    this.items.push({ file, image });
    this.changed(null);
    this.completed();
  }

  undo() {
    this.release();
    this.items.pop();
    this.changed(null);
    this.completed();
  }

  clear() {
    this.items = [];
    this.undo();
  }

  /** End a stroke that is being drawn, since the items change. */
  release() {}

  changed(point) {
    this.near = point;
    this.paint();
    this.dispatchEvent(new Event("change"));
  }

  completed() {
    this.dispatchEvent(new Event("complete"));
  }

  /** The visible items: the last picture and the strokes on it. */
  get visible() {
    return this.items.slice(Math.max(0, this.items.findLastIndex((item) => item.file)));
  }

  paint() {
    const { context, canvas } = this;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const item of this.visible) item.file ? this.paintPicture(item) : this.paintStroke(item);
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
    // Curves between the midpoints of segments: a fast movement yields few points.
    for (let i = 1; i < points.length - 1; i++) context.quadraticCurveTo(...points[i], ...middle(points[i], points[i + 1]));
    context.lineTo(...points.at(-1));
    context.stroke();
  }

  /** Return the picture to read, {blob, scale, left, top}: its (x, y) is (left + x scale, top + y scale) on the paper. */
  async picture() {
    const [first, ...rest] = this.visible;
    if (!first) return null;
    if (first.file && !rest.length) {
      return { blob: first.file, ...(first.image ? fitted(first.image, this.canvas) : { scale: 0, left: 0, top: 0 }) };
    }
    const blob = await new Promise((done) => this.reduced().toBlob(done));
    return { blob, scale: REDUCTION, left: 0, top: 0 };
  }

  /** Return a smaller canvas with what is on the paper, without the pen of a pad. */
  reduced() {
    const { canvas } = this;
    const [width, height] = [canvas.width / REDUCTION, canvas.height / REDUCTION];
    const small = Object.assign(document.createElement("canvas"), { width, height });
    Paper.prototype.paint.call(this);
    small.getContext("2d").drawImage(canvas, 0, 0, width, height);
    this.paint();
    return small;
  }
}

const middle = ([x, y], [u, v]) => [(x + u) / 2, (y + v) / 2];

function fitted(image, canvas) {
  const scale = Math.min(canvas.width / image.width, canvas.height / image.height);
  return { scale, left: (canvas.width - image.width * scale) / 2, top: (canvas.height - image.height * scale) / 2 };
}
