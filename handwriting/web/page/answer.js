// The answer: the text, the digits to choose from, the 28 x 28 and the bars; and the boxes on the paper.

import { bytes, paintGrey } from "./paint.js";

const MOST_BARS = 12; // of more classes only the likeliest are shown
const find = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)} %`;

export class Answer {
  /** `choose(x, y)` is called with the middle, on the paper, of a digit that was chosen. */
  constructor(choose) {
    this.choose = choose;
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

  /** Say it to screen readers: not at every movement of the pen, only when it rests. */
  speak() {
    const text = find("text");
    find("spoken").textContent = text.classList.contains("empty") ? find("words").textContent
      : `Read: ${[...text.textContent].join(" ")}. ${find("words").textContent}`;
  }

  showDigits({ digits = [], shown = null }, picture) {
    const place = find("digits");
    const wanted = digits.length > 1 ? digits.length : 0;
    while (place.children.length > wanted) place.lastChild.remove();
    while (place.children.length < wanted) place.append(digitButton());
    [...place.children].forEach((button, index) => {
      const { digit, confidence, image, box } = digits[index];
      paintGrey(button.firstChild, bytes(image));
      button.lastChild.textContent = digit === null ? "no digit" : `${digit} · ${percent(confidence)}`;
      button.setAttribute("aria-pressed", index === shown);
      button.onclick = () => this.choose(...middleOf(onPaper(box, picture)));
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
    const place = find("bars");
    while (place.children.length > few.length) place.lastChild.remove();
    while (place.children.length < few.length) place.append(bar());
    few.forEach((index, row) => {
      const [name, track, share] = place.children[row].children;
      name.textContent = this.classes[index];
      track.firstChild.style.width = `${100 * confidences[index]}%`;
      share.textContent = percent(confidences[index]);
      place.children[row].classList.toggle("best", highest > 0 && confidences[index] === highest);
    });
  }
}

function words(answer) {
  if (!answer) return "Nothing drawn yet.";
  if (answer.text === null) return sentence(answer.reason);
  const time = `read in ${Math.max(1, Math.round(answer.milliseconds))} ms`;
  return [`${percent(answer.confidence)} sure, ${time}.`, ...answer.notices.map(sentence)].join(" ");
}

// The reader says "standard input" for what does not come from a file; here that is the drawing.
function sentence(text) {
  const said = text.replace(/^standard input(: it| is)/, "The picture$1").replace(": it", "").replace(/^nothing to read: /, "");
  return `${said[0].toUpperCase()}${said.slice(1)}.`;
}

function digitButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.append(Object.assign(document.createElement("canvas"), { width: 28, height: 28 }), document.createElement("span"));
  return button;
}

function bar() {
  const row = document.createElement("li");
  row.innerHTML = '<span></span><span class="bar"><i></i></span><span class="share"></span>';
  return row;
}

const onPaper = ([x, y, width, height], { scale, left, top }) => [left + x * scale, top + y * scale, width * scale, height * scale];
const middleOf = ([x, y, width, height]) => [x + width / 2, y + height / 2];
