// What changes at the desk, told by the server as it happens. Read with fetch, so that silence and refusals are noticed.

const SILENCE = 45000; // the server says something at least this often
const LONGEST = 30000;

function backoff(failures) {
  return Math.min(LONGEST, 500 * 2 ** failures) * (0.5 + Math.random());
}

/** Everything after event number `after`, until stopped. `on`: event(name, data), up(bool), ended(). */
export class Stream {
  constructor(after, on) {
    this.after = after;
    this.on = on;
    this.running = false;
    this.failures = 0;
    this.wake = () => {};
    this.again = () => this.wake();
  }

  start() {
    this.running = true;
    addEventListener("online", this.again);
    document.addEventListener("visibilitychange", this.again);
    this.loop();
  }

  stop() {
    this.running = false;
    removeEventListener("online", this.again);
    document.removeEventListener("visibilitychange", this.again);
    this.aborter?.abort();
    this.wake();
  }

  async loop() {
    while (this.running) {
      try {
        await this.read();
        this.failures = 0;
      } catch (error) {
        if (!this.running) return;
        if (error.status === 401) return this.on.ended();
        this.failures += 1;
        if (this.failures > 1) this.on.up(false);
      }
      if (this.running) await this.pause(this.failures ? backoff(this.failures) : 1000);
    }
  }

  async read() {
    const aborter = (this.aborter = new AbortController());
    let timer;
    const guard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => aborter.abort(), SILENCE);
    };
    guard();
    try {
      const path = `/desk/api/stream?after=${this.after}`;
      const response = await fetch(path, { signal: aborter.signal, cache: "no-store" });
      if (!response.ok) throw Object.assign(new Error("stream"), { status: response.status });
      this.on.up(true);
      await this.blocks(response.body.getReader(), guard);
    } finally {
      clearTimeout(timer);
      aborter.abort();
    }
  }

  async blocks(reader, guard) {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done || !this.running) return;
      guard();
      const parts = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = parts.pop();
      if (parts.some((block) => this.take(block))) return;
    }
  }

  /** One block; true when the server says goodbye. */
  take(block) {
    let name = "message";
    const data = [];
    for (const line of block.split(/\r?\n/)) {
      const [, field, value] = /^(\w+): ?(.*)$/.exec(line) || [];
      if (field === "event") name = value;
      else if (field === "data") data.push(value);
      else if (field === "id" && Number(value)) this.after = Number(value);
    }
    if (name === "bye") return true;
    if (data.length) this.on.event(name, JSON.parse(data.join("\n")));
    return false;
  }

  pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
