// Connects the modules: the pad's picture is read by the server, whose answer is shown as text and as activations.

import { Answer } from "./answer.js";
import { startControls } from "./controls.js";
import { Layers } from "./layers.js";
import { Pad } from "./pad.js";
import { startPictures } from "./pictures.js";
import { Reader, ask } from "./reader.js";
import { startTheme } from "./theme.js";

const find = (id) => document.getElementById(id);
const pad = new Pad(find("pad"), () => Number(find("width").value));
const layers = new Layers();
const answer = new Answer((x, y) => reader.read([x, y]));
const reader = new Reader(() => pad.picture(), () => find("model").value, show);
let drawing = false;

function show(reading, picture) {
  answer.show(reading, picture);
  layers.show(reading?.layers ?? []);
  if (!drawing && !reader.again) answer.speak();
}

pad.addEventListener("change", () => {
  drawing = true;
  reader.read(pad.near);
});
pad.addEventListener("complete", () => {
  drawing = false;
  if (!reader.busy && !reader.again) answer.speak(); // else as soon as it is read
});

startControls(pad, () => find("shot").open);
startPictures(document.querySelector(".paper"), (file, image) => pad.addPicture(file, image));
startTheme(find("theme"), () => layers.repaint());

async function chooseModel() {
  try {
    const model = await ask(`model?${new URLSearchParams({ name: find("model").value })}`);
    answer.classes = model.classes;
    layers.weights = model.weights;
    const test = model.accuracy === null ? "" : `; test accuracy ${(100 * model.accuracy).toFixed(2)} %`;
    find("network").textContent = [`${model.network}${test}`, ...model.notices].join("; ");
    reader.read();
  } catch (error) {
    answer.show({ text: null, reason: error.message, failed: true, digits: [] }, null);
  }
}

find("model").addEventListener("change", chooseModel);
ask("models").then(({ models }) => {
  find("model").append(...models.map((name) => new Option(name, name)));
  return chooseModel();
}).catch((error) => answer.show({ text: null, reason: error.message, failed: true, digits: [] }, null));
