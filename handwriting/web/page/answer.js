// Shows a reading: its text, the digits to select from, the network's input, the confidences, and boxes on the paper.

import { bytes, paintGrey } from "./paint.js";

const MOST_BARS = 12; // of more classes only the most confident are shown
const find = (id) => document.getElementById(id);
const percent = (fraction) => `${(100 * fraction).toFixed(1)} %`;

export class Answer {
  /** `select(x, y)` is called with the centre, on the paper, of a digit that was selected. */
  constructor(select) {
    this.select = select;
    this.classes = [];
  }

  show(answer, picture) {
    const digits = answer?.digits ?? [];
    const shown = digits[answer?.shown] ?? null;
    this.showText(answer);
    this.showDigits(answer ?? {}, picture);
    this.showBoxes(answer, picture);
    paintGrey(find("seen"), shown ? bytes(shown.image) : new Uint8Array(28 * 28));
    this.showBars(shown?.confidences ?? this.classes.map(() => 0));
  }

  showText(answer) {
    const text = find("text");
    text.textContent = answer?.text ?? "?";
    text.classList.toggle("empty", answer?.text == null);
    text.classList.toggle("long", (answer?.text ?? "").length > 5);
    find("words").textContent = words(answer);
    find("words").classList.toggle("bad", Boolean(answer?.failed));
  }

  /** Announce the reading to screen readers: only when the pen is lifted, not at every movement. */
  speak() {
    const text = find("text");
    find("spoken").textContent = text.classList.contains("empty") ? find("words").textContent
      : `Read: ${[...text.textContent].join(" ")}. ${find("words").textContent}`;
  }

  showDigits({ digits = [], shown = null }, picture) {
    const list = find("digits");
    const wanted = digits.length > 1 ? digits.length : 0;
    while (list.children.length > wanted) list.lastChild.remove();
    while (list.children.length < wanted) list.append(digitButton());
    [...list.children].forEach((button, index) => {
      const { digit, confidence, image, box } = digits[index];
      paintGrey(button.firstChild, bytes(image));
      button.lastChild.textContent = digit === null ? "rejected" : `${digit} · ${percent(confidence)}`;
      button.setAttribute("aria-pressed", index === shown);
      button.onclick = () => this.select(...centreOf(onPaper(box, picture)));
    });
  }

  showBoxes(answer, picture) {
    const canvas = find("marks");
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!picture?.scale) return;
    (answer?.digits ?? []).forEach(({ box }, index) => {
      const [x, y, width, height] = onPaper(box, picture);
      Object.assign(context, { lineWidth: 3, strokeStyle: index === answer.shown ? "#d9480f" : "#d9480f66" });
      context.beginPath();
      context.roundRect(x - 12, y - 12, width + 24, height + 24, 16);
      context.stroke();
    });
  }

  showBars(confidences) {
    const order = this.classes.map((_, index) => index);
    const few = order.length > MOST_BARS ? order.sort((a, b) => confidences[b] - confidences[a]).slice(0, MOST_BARS) : order;
    const highest = Math.max(...confidences);
    const list = find("bars");
    while (list.children.length > few.length) list.lastChild.remove();
    while (list.children.length < few.length) list.append(bar());
    few.forEach((index, row) => {
      const [name, track, value] = list.children[row].children;
      name.textContent = this.classes[index];
      track.firstChild.style.width = `${100 * confidences[index]}%`;
      value.textContent = percent(confidences[index]);
      list.children[row].classList.toggle("best", highest > 0 && confidences[index] === highest);
    });
  }
}

function words(answer) {
  if (!answer) return "Nothing drawn yet.";
  if (answer.text === null) return sentence(answer.reason);
  const time = `read in ${Math.max(1, Math.round(answer.milliseconds))} ms`;
  return [`Confidence ${percent(answer.confidence)}, ${time}.`, ...answer.notices.map(sentence)].join(" ");
}

// Messages about a picture that comes from no file begin with "standard input: it" or "it"; here that is the drawing.
function sentence(text) {
  const clause = text.replace(/^(standard input: )?it /, "The picture ").replace(/^nothing to read: /, "");
  return `${clause[0].toUpperCase()}${clause.slice(1)}.`;
}

function digitButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.append(Object.assign(document.createElement("canvas"), { width: 28, height: 28 }), document.createElement("span"));
  return button;
}

function bar() {
  const row = document.createElement("li");
  row.innerHTML = '<span></span><span class="bar"><i></i></span><span class="value"></span>';
  return row;
}

const onPaper = ([x, y, width, height], { scale, left, top }) => [left + x * scale, top + y * scale, width * scale, height * scale];
const centreOf = ([x, y, width, height]) => [x + width / 2, y + height / 2];
