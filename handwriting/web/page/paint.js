// Arrays on canvases: grey pictures, and tiles of signed values, blue below zero and orange above it.

/** Return the bytes that base64 text stands for. */
export const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Paint `pixels` (28 x 28 grey levels) on a canvas of that size. */
export function paintGrey(canvas, pixels) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  pixels.forEach((grey, index) => image.data.set([grey, grey, grey, 255], 4 * index));
  context.putImageData(image, 0, 0);
}

/** Return for each byte (128 is zero) its pixel, in the colours of the theme, as a word: alpha, blue, green, red. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const [low, zero, high] = ["--low", "--zero", "--accent"].map((name) => rgb(style.getPropertyValue(name)));
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const strength = Math.min(1, Math.abs(byte - 128) / 127) ** 0.7; // weak ones would be lost beside the strongest
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

/** How `count` tiles of width x height lie: columns, the gap between them, and the canvas's size in pixels. */
export function grid(count, width, height, columns) {
  const gap = width === 1 && height === 1 ? 0.25 : 1;
  const rows = Math.ceil(count / columns);
  return { columns, rows, gap, width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
}

/**
 * Paint tiles on a canvas whose size is set to fit, each pixel of a tile as `scale` pixels.
 * `value(tile, y, x)` gives the byte.
 */
export function paintTiles(canvas, count, width, height, columns, scale, value) {
  const layout = grid(count, width, height, columns);
  const [fullWidth, fullHeight] = [Math.round(layout.width * scale), Math.round(layout.height * scale)];
  if (canvas.width !== fullWidth || canvas.height !== fullHeight) Object.assign(canvas, { width: fullWidth, height: fullHeight });
  const context = canvas.getContext("2d");
  const colours = palette();
  const image = context.createImageData(fullWidth, fullHeight); // transparent, and so are the gaps
  const words = new Uint32Array(image.data.buffer);
  for (let tile = 0; tile < count; tile++) {
    const left = (tile % columns) * (width + layout.gap) * scale;
    const top = Math.floor(tile / columns) * (height + layout.gap) * scale;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const word = colours[value(tile, y, x)];
        for (let row = Math.round(top + y * scale); row < Math.round(top + (y + 1) * scale); row++) {
          const start = row * fullWidth;
          words.fill(word, start + Math.round(left + x * scale), start + Math.round(left + (x + 1) * scale));
        }
      }
    }
  }
  context.putImageData(image, 0, 0);
  return layout;
}
