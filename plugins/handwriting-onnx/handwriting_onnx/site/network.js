// The network: its ONNX file, run by onnxruntime-web in WebAssembly.

const beside = (name) => new URL(name, import.meta.url).href;

export class Network {
  /** Load the network and what is known of it; throws an Error if a file is missing or WebAssembly fails. */
  static async load() {
    const network = new Network();
    const ort = await import("./onnxruntime.js"); // here, so that it is told if it is missing
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = 1; // more would need HTTP headers that a file host may not send
    network.ort = ort;
    network.facts = await json("model.json");
    network.session = await ort.InferenceSession.create(beside("model.onnx"), { executionProviders: ["wasm"] });
    await network.probabilities(new Uint8Array(28 * 28)); // the first run takes longer than the others
    return network;
  }

  /** Return the probability of each class for an image: 28 x 28 grey levels, 0 to 255, of light ink on dark. */
  async probabilities(image) {
    const inputs = Float32Array.from(image, (level) => level * Math.fround(1 / 255));
    const input = new this.ort.Tensor("float32", inputs, [1, 28, 28, 1]);
    const { probabilities } = await this.session.run({ images: input }, ["probabilities"]);
    return [...probabilities.data];
  }

  /** Return {name, confidence} of the most probable digit, and whether the image is rejected as none. */
  decide(probabilities) {
    const { classes, nonDigit, threshold } = this.facts;
    const order = classes.map((_, index) => index).filter((index) => index !== nonDigit);
    const best = order.reduce((one, other) => (probabilities[other] > probabilities[one] ? other : one));
    const rejected = nonDigit !== null && probabilities[nonDigit] >= threshold;
    return { name: classes[best], confidence: probabilities[best], rejected };
  }
}

async function json(name) {
  const response = await fetch(beside(name));
  if (!response.ok) throw new Error(`${name} answers with status ${response.status}`);
  return response.json();
}
