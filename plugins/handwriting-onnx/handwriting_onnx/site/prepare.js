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
  const white = brightness([255, 255, 255], 0);
  const contrast = Float64Array.from({ length: width * height }, (_, index) => white - brightness(data, 4 * index));
  const full = largest(contrast);
  return full > LEAST_CONTRAST ? { data: Float32Array.from(contrast, (value) => value / full), height, width } : null;
}

/** Return the luma (ITU-R BT.601) of the pixel whose red is at `index`, 0 to 1, as a float32 number. */
const brightness = (data, index) => Math.fround((0.299 * data[index] + 0.587 * data[index + 1] + 0.114 * data[index + 2]) / 255);
