// Sends pictures to the server, one request at a time; what is drawn meanwhile is sent with the next one.

export class Reader {
  /** Read what `picture()` returns with the model named `model()`, and call `show(answer, picture)`. */
  constructor(picture, model, show) {
    Object.assign(this, { picture, model, show, busy: false, again: false, near: null });
  }

  /** Read again. The digit nearest to `near`, a point on the paper, is inspected; without one, near the last point. */
  async read(near) {
    if (near) this.near = near;
    this.again = true;
    if (this.busy || !this.model()) return; // it is read once a model is selected
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

/** Return the JSON at a URL; throws an Error with a message for the user. */
export async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Error("the server does not answer; it may have been ended in the terminal");
  }
  const answer = await response.json().catch(() => ({ error: `the server answers with status ${response.status}` }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
