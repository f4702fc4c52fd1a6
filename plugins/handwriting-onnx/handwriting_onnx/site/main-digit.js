// The main digit of a drawing: the largest connected component near the middle, with the components close to it.
// As handwriting/pictures/main_digit.py and connected.py, whose constants these are.

const STROKE = 0.3; // least amount of ink, 0 to 1, of a pixel that belongs to a stroke
const CORE = 0.5; // least amount in a stroke's core; the size of a component is that of its core
const MARGIN = 0.2; // of the picture, in which the weight of pixels falls towards the edge
const SPECK = 0.03; // size below which a component is a speck, as a fraction of the main one's
const RIVAL = 0.2; // size from which another component may be a second digit
const REACH = 0.25; // largest distance of a component from its digit, as a fraction of the main one's longer side

/** Return {strokes, alone}: a mask of the digit, and whether nothing else is of similar size; null without a digit. */
export function mainDigit(ink) {
  const { labels, components } = connected(ink);
  if (!components.length) return null;
  measure(ink, labels, components);
  const main = components.reduce((one, other) => (rank(other) > rank(one) ? other : one));
  const longest = longerSide(main);
  if (longest < Math.max(4, 0.02 * Math.max(ink.height, ink.width))) return null;
  addParts(main, components, longest);
  const alone = components.every((other) => other.isMember || other.size < RIVAL * main.size);
  const data = Uint8Array.from(labels, (label) => (label && components[label - 1].isMember ? 1 : 0));
  return { strokes: { data, height: ink.height, width: ink.width }, alone };
}

/** Label the pixels of strokes by components, which are connected also diagonally; 0 is the background. */
function connected({ data, height, width }) {
  const labels = new Uint16Array(data.length);
  const components = [];
  for (let first = 0; first < data.length; first++) {
    if (data[first] < STROKE || labels[first]) continue;
    const component = { top: height, bottom: 0, left: width, right: 0 };
    const label = components.push(component);
    const pending = [first];
    labels[first] = label;
    while (pending.length) {
      const index = pending.pop();
      const [row, column] = [Math.floor(index / width), index % width];
      component.top = Math.min(component.top, row);
      component.bottom = Math.max(component.bottom, row + 1);
      component.left = Math.min(component.left, column);
      component.right = Math.max(component.right, column + 1);
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          const near = y * width + x;
          if (data[near] < STROKE || labels[near]) continue;
          labels[near] = label;
          pending.push(near);
        }
      }
    }
  }
  return { labels, components };
}

/** Add to each component its size, its centrality (0 to 1), and whether it comes from outside or is a frame. */
function measure({ data, height, width }, labels, components) {
  for (const component of components) Object.assign(component, { size: 0, weight: 0, isMember: false });
  const along = (place, length) => (Math.min(place, length - 1 - place) + 0.5) / length;
  labels.forEach((label, index) => {
    if (!label || data[index] < CORE) return;
    const [y, x] = [along(Math.floor(index / width), height), along(index % width, width)];
    components[label - 1].size += 1;
    components[label - 1].weight += Math.min(Math.min(y, x) / MARGIN, 1);
  });
  components.forEach((component, index) => {
    const { top, bottom, left, right, size, weight } = component;
    const touched = [top === 0, left === 0, bottom === height, right === width].filter(Boolean).length;
    component.centrality = weight / Math.max(size, 1);
    component.isFromOutside = touched >= 2;
    component.isFrame = isFrame(labels, width, height, component, index + 1);
  });
}

/** A large component with ink in all corners of its box is the field of a form, hardly a digit. */
function isFrame(labels, width, height, { top, bottom, left, right }, label) {
  if (4 * (bottom - top) * (right - left) < width * height) return false;
  const [rows, columns] = [Math.max(1, Math.floor((bottom - top) / 10)), Math.max(1, Math.floor((right - left) / 10))];
  return [top, bottom - rows].every((y) => [left, right - columns].every((x) => {
    for (let row = y; row < y + rows; row++) {
      if (labels.subarray(row * width + x, row * width + x + columns).includes(label)) return true;
    }
    return false;
  }));
}

function rank({ size, centrality, isFromOutside, isFrame: frame }) {
  const outside = isFromOutside ? (centrality < 0.5 ? 0.02 : 0.25) : 1;
  return size * (centrality + 0.05) * outside * (frame ? 0.02 : 1);
}

/** Make members of the main component, and of what is near it: the bar of a 5, or the rest of a broken stroke. */
function addParts(main, components, longest) {
  let near = [main];
  while (near.length) {
    for (const component of near) component.isMember = true;
    const members = components.filter((component) => component.isMember);
    const box = {
      top: Math.min(...members.map(({ top }) => top)), bottom: Math.max(...members.map(({ bottom }) => bottom)),
      left: Math.min(...members.map(({ left }) => left)), right: Math.max(...members.map(({ right }) => right)),
    };
    near = components.filter((component) => {
      const { isMember, isFromOutside, isFrame: frame, size, centrality } = component;
      const reach = centrality < 0.5 ? 0 : REACH * longest;
      return !isMember && !isFromOutside && !frame && size >= SPECK * main.size && distance(component, box) <= reach;
    });
  }
}

const longerSide = ({ top, bottom, left, right }) => Math.max(bottom - top, right - left);

/** Return the distance of two boxes along the axis on which it is larger; below 0 where they overlap. */
function distance(one, other) {
  return Math.max(one.top - other.bottom, other.top - one.bottom, one.left - other.right, other.left - one.right);
}
