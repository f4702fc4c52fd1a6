// Arrays of numbers with a height and a width, {data, height, width}, and what is done with them more than once.

/** Return a number rounded to a whole one, as Python does it: from the middle to the even one. */
export function nearest(number) {
  const below = Math.floor(number);
  const rest = number - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

export const largest = (values) => values.reduce((one, other) => Math.max(one, other), -Infinity);
export const sum = (values) => values.reduce((one, other) => one + other, 0);

/** Return {top, bottom, left, right} of the smallest box with all values of which `holds` is true; ends lie outside. */
export function boxAround({ data, height, width }, holds) {
  const box = { top: height, bottom: 0, left: width, right: 0 };
  for (let row = 0, index = 0; row < height; row++) {
    for (let column = 0; column < width; column++, index++) {
      if (!holds(data[index])) continue;
      box.top = Math.min(box.top, row);
      box.bottom = row + 1;
      box.left = Math.min(box.left, column);
      box.right = Math.max(box.right, column + 1);
    }
  }
  return box;
}

export function crop({ data, width }, { top, bottom, left, right }) {
  const cropped = new data.constructor((bottom - top) * (right - left));
  for (let row = top; row < bottom; row++) {
    cropped.set(data.subarray(row * width + left, row * width + right), (row - top) * (right - left));
  }
  return { data: cropped, height: bottom - top, width: right - left };
}

/** Return an array with `margin` rows and columns of 0 around it. */
export function padded({ data, height, width }, margin) {
  const [rows, columns] = [height + 2 * margin, width + 2 * margin];
  const larger = new data.constructor(rows * columns);
  for (let row = 0; row < height; row++) larger.set(data.subarray(row * width, (row + 1) * width), (row + margin) * columns + margin);
  return { data: larger, height: rows, width: columns };
}

/** Return a mask of 0 and 1, grown by `pixels` on all sides and at corners. */
export function dilated({ data, height, width }, pixels) {
  const grown = new Uint8Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!data[row * width + column]) continue;
      const [left, right] = [Math.max(0, column - pixels), Math.min(width, column + pixels + 1)];
      for (let y = Math.max(0, row - pixels); y < Math.min(height, row + pixels + 1); y++) {
        grown.fill(1, y * width + left, y * width + right);
      }
    }
  }
  return { data: grown, height, width };
}

/** Return a percentile of numbers, interpolated linearly. */
export function percentile(values, percent) {
  const ordered = Float32Array.from(values).sort();
  const position = (percent / 100) * (ordered.length - 1);
  const [below, above] = [ordered[Math.floor(position)], ordered[Math.ceil(position)]];
  return Math.fround(below + (above - below) * (position % 1));
}
