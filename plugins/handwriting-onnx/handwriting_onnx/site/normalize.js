// A digit as the network knows it: its stroke width, its size and its place as in MNIST.
// As `normalize` in handwriting/pictures/preparation.py, whose constants these are.

import { boxAround, crop, largest, nearest, padded, percentile, sum } from "./arrays.js";
import { BICUBIC, BILINEAR, BOX, resize } from "./resampling.js";

const SIDE = 28; // height and width of the image
const BOX_SIDE = 20; // pixels of a digit's longer side
const CENTRE = 14; // row and column of the pixel that holds the centre of mass
const [THINNEST, THICKEST] = [1.7, 4.5]; // mean width of strokes in pixels; outside of this range it is changed
const FAINTEST = 0.12; // amount of ink, 0 to 1, above which a pixel lies within a digit's box
const DETAIL = 4; // factor by which a digit is larger when its strokes are measured and changed

/** Return the 28 x 28 grey levels, 0 to 255, of a digit: its ink, 0 to 1, dark or light. */
export function normalize(amount) {
  let digit = shrunk(cropped(amount), BOX_SIDE * DETAIL);
  const width = (strokeWidth(digit) * BOX_SIDE) / longerSide(digit);
  const wanted = Math.min(Math.max(width, THINNEST), THICKEST);
  if (Math.abs(wanted - width) > 0.05) digit = cropped(withWiderStrokes(digit, wanted - width));
  digit = fitted(digit);
  const highest = largest(digit.data);
  const full = percentile(digit.data.filter((value) => value > highest / 2), 80);
  const levels = Uint8Array.from(digit.data, (value) => nearest(Math.fround(Math.min(Math.max(value / full, 0), 1) * 255)));
  return centred({ ...digit, data: levels });
}

const longerSide = ({ height, width }) => Math.max(height, width);
const cropped = (amount) => crop(amount, boxAround(amount, (value) => value > FAINTEST));

/** Return a digit with at most `longest` pixels on its longer side. */
function shrunk(digit, longest) {
  const scale = longerSide(digit) / longest;
  return scale <= 1 ? digit : resize(digit, scaled(digit.height, 1 / scale), scaled(digit.width, 1 / scale), BOX);
}

/** Return a digit with 20 pixels on its longer side; with 19 it stays, since resampling would only blur it. */
function fitted(digit) {
  const longest = longerSide(digit);
  if (longest === BOX_SIDE || longest === BOX_SIDE - 1) return digit;
  return resize(digit, scaled(digit.height, BOX_SIDE / longest), scaled(digit.width, BOX_SIDE / longest), BILINEAR);
}

const scaled = (length, factor) => Math.max(1, nearest(length * factor));

/** Return the mean width of strokes in pixels: 2 area / outline, whose length is that of the gradient, summed. */
function strokeWidth(amount) {
  const { data, height, width } = padded(amount, 1);
  let outline = 0;
  for (let row = 1; row < height; row++) {
    for (let column = 1; column < width; column++) {
      const index = row * width + column;
      const falling = data[index] - data[index - width - 1];
      const rising = data[index - 1] - data[index - width];
      outline += Math.sqrt((falling ** 2 + rising ** 2) / 2);
    }
  }
  return (2 * sum(amount.data)) / outline;
}

/** Return the digit, enlarged, with strokes wider by `change` pixels of its final size, or narrower if it is below 0.
 *
 * It is drawn anew from the distance of each pixel to the outline, on the side of it on which pixels change.
 */
function withWiderStrokes(digit, change) {
  const scale = (BOX_SIDE * DETAIL) / longerSide(digit);
  const large = resize(digit, scaled(digit.height, scale), scaled(digit.width, scale), BICUBIC);
  const faintest = Math.min(FAINTEST, largest(large.data) / 2); // lines a pixel wide are fainter, once they are reduced
  const half = percentile(large.data.filter((value) => value > faintest), 80) / 2;
  const solid = padded({ ...large, data: Uint8Array.from(large.data, (value) => (value >= half ? 1 : 0)) }, 3 * DETAIL);
  const kept = change > 0 ? 1 : 0;
  const shift = (DETAIL * Math.abs(change)) / 2;
  const distance = distances(solid, kept, Math.trunc(shift) + 1);
  const data = distance.map((far, index) => {
    const reached = solid.data[index] === kept ? 1 : Math.min(Math.max(0.5 + (shift - far) / 2, 0), 1);
    return change > 0 ? reached : 1 - reached;
  });
  return { ...solid, data };
}

/** Return how far each pixel is from the nearest one of a value: exact up to `reach`, else above it. */
function distances({ data, height, width }, value, reach) {
  const alongColumns = nearestAlong(Float32Array.from(data, (one) => (one === value ? 0 : Infinity)), height, width, width, reach);
  return nearestAlong(alongColumns, height, width, 1, reach).map(Math.sqrt);
}

/** Return the smallest squared distance of each pixel plus that of another one along an axis, `stride` apart. */
function nearestAlong(squared, height, width, stride, reach) {
  const found = squared.slice();
  const [length, placeOf] = stride === 1 ? [width, (index) => index % width] : [height, (index) => Math.floor(index / width)];
  squared.forEach((far, index) => {
    if (far === Infinity) return;
    const place = placeOf(index);
    for (let step = -Math.min(reach, place); step <= Math.min(reach, length - 1 - place); step++) {
      const target = index + step * stride;
      found[target] = Math.min(found[target], far + step * step);
    }
  });
  return found;
}

/** Return a digit on 28 x 28 pixels, with its centre of mass from 13.5 up to, but not including, 14.5. */
function centred({ data, height, width }) {
  const [rows, columns] = [new Float64Array(height), new Float64Array(width)];
  data.forEach((level, index) => {
    rows[Math.floor(index / width)] += level;
    columns[index % width] += level;
  });
  const [top, left] = [start(rows), start(columns)];
  const image = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < height; row++) image.set(data.subarray(row * width, (row + 1) * width), (top + row) * SIDE + left);
  return image;
}

function start(masses) {
  const centre = masses.reduce((total, mass, place) => total + mass * place, 0) / sum(masses);
  return Math.min(Math.max(Math.floor(CENTRE + 0.5 - centre), 0), SIDE - masses.length);
}
