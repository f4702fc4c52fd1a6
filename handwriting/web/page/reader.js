// Asks the server. One request at a time: what was drawn meanwhile goes with the next one, and is never behind for long.

export class Reader {
  /** Read what `picture()` returns with the model that `model()` names; `show(answer, picture)` is called with each. */
  constructor(picture, model, show) {
    Object.assign(this, { picture, model, show, busy: false, again: false, near: null });
  }

  /** Read anew. `near` is the place on the paper whose digit is looked into; without one it stays where it was. */
  async read(near) {
    if (near) this.near = near;
    this.again = true;
    if (this.busy || !this.model()) return; // without a model it waits for one
    this.busy = true;
    while (this.again) {
      this.again = false;
      await this.once();
    }
    this.busy = false;
  }

  async once() {
    const picture = await this.picture();
    if (!picture) return this.show(null, null);
    const began = performance.now();
    try {
      const answer = await ask(`read?${this.query(picture)}`, { method: "POST", body: picture.blob });
      this.show({ ...answer, milliseconds: performance.now() - began }, picture);
    } catch (error) {
      this.show({ text: null, reason: error.message, failed: true, digits: [], layers: [], shown: null, notices: [] }, picture);
    }
  }

  query({ scale, left, top }) {
    const query = new URLSearchParams({ model: this.model() });
    if (this.near && scale) query.set("near", [(this.near[0] - left) / scale, (this.near[1] - top) / scale]);
    return query;
  }
}

/** Return the JSON that stands at an address; raises an Error in words for the user where there is none. */
export async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Error("hwr draw does not answer: has it been ended in the terminal?");
  }
  const answer = await response.json().catch(() => ({ error: `hwr draw answers with ${response.status}` }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
