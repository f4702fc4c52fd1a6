// Change of a picture's size, antialiased, as Pillow does it for float32: along rows, then along columns.

export const BOX = { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };
export const BILINEAR = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };
export const BICUBIC = { support: 2, weight: (x) => cubic(Math.abs(x)) };

/** Keys' cubic convolution with a = -0.5. */
function cubic(x) {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((x - 5) * x + 8) * x * -0.5 + 2 : 0;
}

/** Return a picture {data, height, width} resampled to `height` x `width` pixels. */
export function resize(picture, height, width, filter) {
  const narrow = width === picture.width ? picture : resizeRows(picture, width, filter);
  return height === narrow.height ? narrow : transposed(resizeRows(transposed(narrow), height, filter));
}

function resizeRows({ data, height, width }, wanted, filter) {
  const weights = weightsFor(width, wanted, filter);
  const resized = new Float32Array(height * wanted);
  for (let row = 0; row < height; row++) {
    weights.forEach(({ first, factors }, column) => {
      let total = 0;
      factors.forEach((factor, step) => { total += data[row * width + first + step] * factor; });
      resized[row * wanted + column] = total;
    });
  }
  return { data: resized, height, width: wanted };
}

/** Return for each of `wanted` pixels the first of `length` pixels that it is the mean of, and their weights. */
function weightsFor(length, wanted, { support, weight }) {
  const scale = length / wanted;
  const spread = Math.max(scale, 1); // a picture that is made larger is interpolated
  return Array.from({ length: wanted }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support * spread + 0.5));
    const end = Math.min(length, Math.trunc(centre + support * spread + 0.5));
    const factors = Array.from({ length: end - first }, (__, step) => weight((first + step - centre + 0.5) / spread));
    const total = factors.reduce((one, other) => one + other, 0);
    return { first, factors: factors.map((factor) => factor / total) };
  });
}

function transposed({ data, height, width }) {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) turned[column * height + row] = data[row * width + column];
  }
  return { data: turned, height: width, width: height };
}
