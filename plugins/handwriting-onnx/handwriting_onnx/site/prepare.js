// Preparation: a drawing becomes the 28 x 28 image that the network knows, as handwriting/pictures/ does it.
//
// There the ink of any photograph is found. Here it is dark on white, so the amount of ink in a pixel is how dark it
// is. All else follows the same steps with the same constants.

import { mainDigit } from "./main-digit.js";
import { boxAround, crop, dilated, largest, nearest } from "./arrays.js";
import { normalize } from "./normalize.js";

const LEAST_CONTRAST = 0.03; // of ink, in grey levels from 0 to 1

/** Return {image, box, alone} of the main digit in the pixels of a canvas, or null if there is none.
 *
 * `image` is 28 x 28 grey levels; `box` is [x, y, width, height]; `alone` tells whether there is nothing of similar size.
 */
export function prepare(pixels) {
  const ink = inkOf(pixels);
  const digit = ink && mainDigit(ink);
  if (!digit) return null;
  const { top, bottom, left, right } = boxAround(digit.strokes, (value) => value > 0);
  const edge = Math.max(2, nearest(Math.max(ink.height, ink.width) / 64)); // the soft edges of the strokes
  const around = {
    top: Math.max(0, top - edge), bottom: Math.min(ink.height, bottom + edge),
    left: Math.max(0, left - edge), right: Math.min(ink.width, right + edge),
  };
  const [amount, mask] = [crop(ink, around), dilated(crop(digit.strokes, around), edge - 1)];
  amount.data = amount.data.map((value, index) => value * mask.data[index]);
  return { image: normalize(amount), box: [left, top, right - left, bottom - top], alone: digit.alone };
}

/** Return the amount of ink, 0 to 1, in each pixel of dark ink on white, or null if there is none. */
function inkOf({ data, width, height }) {
  const contrast = new Float32Array(width * height);
  for (let index = 0; index < contrast.length; index++) {
    const [red, green, blue] = data.subarray(4 * index, 4 * index + 3);
    contrast[index] = Math.max(0, 1 - Math.fround((0.299 * red + 0.587 * green + 0.114 * blue) / 255)); // ITU-R BT.601
  }
  const full = largest(contrast);
  return full > LEAST_CONTRAST ? { data: contrast.map((value) => value / full), height, width } : null;
}
