// Reads what is on the pad, here instead of on the server of `hwr draw`, and answers as that server does.

import { prepare } from "./prepare.js";
import { Reader } from "./reader.js";

const BLANK = "nothing to read: no digit was found";
const NON_DIGIT = "nothing to read: this is not a digit";
const SEVERAL = "there is more on the paper, but only one digit is read";

export class LocalReader extends Reader {
  /** Read what is on `pad`, and call `show(answer, picture)`, as soon as there is a `network`. */
  constructor(pad, show) {
    super(() => (pad.items.length ? pad.reduced() : null), () => this.network, show);
    Object.assign(this, { pad, network: null });
  }

  async once() {
    const canvas = this.picture();
    if (!canvas) return this.show(null, null);
    const picture = { scale: this.pad.canvas.width / canvas.width, left: 0, top: 0 };
    try {
      this.show(await this.answer(canvas), picture);
    } catch (error) {
      this.show({ text: null, reason: `the network fails: ${error.message}`, failed: true }, picture);
    }
  }

  async answer(canvas) {
    const began = performance.now();
    const digit = prepare(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
    if (!digit) return { text: null, reason: BLANK };
    const confidences = await this.network.probabilities(digit.image);
    const milliseconds = performance.now() - began;
    const { name, confidence, rejected } = this.network.decide(confidences);
    const text = rejected ? null : name;
    const found = { digit: text, confidence, confidences, box: digit.box, image: base64(digit.image) };
    return { text, confidence, reason: NON_DIGIT, digits: [found], shown: 0, milliseconds, notices: digit.alone ? [] : [SEVERAL] };
  }
}

const base64 = (image) => btoa(String.fromCharCode(...image));
