// Paints arrays on canvases: grey images, and grids of signed numbers, blue below zero and orange above.

/** Decode base64 text to bytes. */
export const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Paint `pixels` (28 x 28 grey levels) on a canvas of that size. */
export function paintGrey(canvas, pixels) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  pixels.forEach((grey, index) => image.data.set([grey, grey, grey, 255], 4 * index));
  context.putImageData(image, 0, 0);
}

/** Return the pixel of each byte (128 is zero) in the colours of the theme, as 32 bits: alpha, blue, green, red. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const [low, zero, high] = ["--low", "--zero", "--accent"].map((name) => rgb(style.getPropertyValue(name)));
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const strength = Math.min(1, Math.abs(byte - 128) / 127) ** 0.7; // makes small numbers visible beside the largest
    const end = byte < 128 ? low : high;
    const [red, green, blue] = zero.map((from, channel) => Math.round(from + (end[channel] - from) * strength));
    return 0xff000000 | (blue << 16) | (green << 8) | red;
  });
}

const rgb = (colour) => {
  const digits = colour.trim().slice(1);
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : digits.match(/../g);
  return pairs.map((pair) => parseInt(pair, 16));
};

/** Return the layout of a grid of `count` units of width x height: columns, rows, gap, and its own width and height. */
export function grid(count, width, height, columns) {
  const gap = width === 1 && height === 1 ? 0.25 : 1;
  const rows = Math.ceil(count / columns);
  return { columns, rows, gap, width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
}

/** Paint a grid of units, with `scale` pixels for each number; `value(unit, y, x)` returns its byte. The canvas is resized. */
export function paintUnits(canvas, count, width, height, columns, scale, value) {
  const layout = grid(count, width, height, columns);
  const [fullWidth, fullHeight] = [Math.round(layout.width * scale), Math.round(layout.height * scale)];
  if (canvas.width !== fullWidth || canvas.height !== fullHeight) Object.assign(canvas, { width: fullWidth, height: fullHeight });
  const context = canvas.getContext("2d");
  const colours = palette();
  const image = context.createImageData(fullWidth, fullHeight); // transparent, and so are the gaps
  const pixels = new Uint32Array(image.data.buffer);
  for (let unit = 0; unit < count; unit++) {
    const left = (unit % columns) * (width + layout.gap) * scale;
    const top = Math.floor(unit / columns) * (height + layout.gap) * scale;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const colour = colours[value(unit, y, x)];
        for (let row = Math.round(top + y * scale); row < Math.round(top + (y + 1) * scale); row++) {
          const start = row * fullWidth;
          pixels.fill(colour, start + Math.round(left + x * scale), start + Math.round(left + (x + 1) * scale));
        }
      }
    }
  }
  context.putImageData(image, 0, 0);
  return layout;
}
