// Connects the modules: what is on the pad is prepared and read in the browser, and shown as `hwr draw` shows it.

import { Answer } from "./answer.js";
import { startControls } from "./controls.js";
import { LocalReader } from "./local-reader.js";
import { Network } from "./network.js";
import { Pad } from "./pad.js";
import { startTheme } from "./theme.js";

const find = (id) => document.getElementById(id);
const pad = new Pad(find("pad"), () => Number(find("width").value));
const answer = new Answer(() => {});
const reader = new LocalReader(pad, show);
let drawing = false;

function show(reading, picture) {
  answer.show(reading, picture);
  if (!drawing && !reader.again) answer.speak();
}

pad.addEventListener("change", () => {
  drawing = true;
  reader.read();
});
pad.addEventListener("complete", () => {
  drawing = false;
  if (!reader.busy && !reader.again) answer.speak(); // else as soon as it is read
});

startControls(pad);
startTheme(find("theme"), () => {});

try {
  const network = await Network.load();
  const { name, classes, accuracy, network: layers } = network.facts;
  const test = accuracy === null ? "" : `; test accuracy ${(100 * accuracy).toFixed(2)} %`;
  find("name").textContent = name;
  find("network").textContent = `${layers}${test}. It runs here, in your browser: nothing that you draw is sent.`;
  answer.classes = classes;
  reader.network = network;
  reader.read();
  performance.mark("hwr-ready");
} catch (error) {
  answer.show({ text: null, reason: `the network can't be loaded: ${error.message}`, failed: true }, null);
}
