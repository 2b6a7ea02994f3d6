// The wire: requests, and the stream of what keeps coming. Knows no page. For old phones, as chat.js.

const BASE = "/webchat/v1";
const SILENCE = 40000; // the server says something every 15 s
const PATIENCE = 20000; // for one request
const POLL = 3000;
const POLL_HIDDEN = 15000;
const POLLING = 120000; // how long we ask again and again before we try to stream once more

/** Something went wrong on the wire. status 0: no answer at all. */
export class Failure extends Error {
  constructor(status, retryAfter) {
    super("webchat " + status);
    this.status = status;
    this.retryAfter = retryAfter > 0 ? Math.min(retryAfter, 60) * 1000 : 0;
  }

  /** The server does not know this talk (any more). */
  get gone() {
    return [401, 404, 410].includes(this.status);
  }

  /** Trying the same again later can help. */
  get passing() {
    return [0, 408, 429].includes(this.status) || this.status >= 500;
  }
}

async function request(path, options, token) {
  const headers = {};
  if (token) headers.Authorization = "Bearer " + token;
  if (options.body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(BASE + path, Object.assign({ headers, cache: "no-store", credentials: "omit" }, options));
  } catch {
    throw new Failure(0);
  }
  if (!response.ok) throw new Failure(response.status, Number(response.headers.get("Retry-After")));
  return response;
}

/** One request, one JSON answer, or a Failure. */
export async function call(path, token, body) {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), PATIENCE);
  const options = { signal: aborter.signal };
  if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  try {
    return await (await request(path, options, token)).json();
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(0);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds to wait after this many failures: doubling, at most half a minute, never all at the same time. */
export function backoff(failures) {
  return Math.min(30000, 500 * Math.pow(2, failures)) * (0.5 + Math.random());
}

/**
 * Everything after a number, then whatever follows, until stopped.
 * `on`: message(m), busy(bool), lang({lang, dir}), reset(), line(bool), gone().
 */
export class Stream {
  constructor(token, after, on) {
    this.token = token;
    this.after = after;
    this.on = on;
    this.running = false;
    this.stalls = 0;
    this.pollUntil = 0;
    this.wake = () => {};
    this.aborter = null;
    this.heard = 0;
  }

  start() {
    this.running = true;
    this.loop();
  }

  /** Start with everything said so far, in one answer. */
  async resume() {
    this.running = true;
    try {
      await this.catchUp();
    } catch {
      // the stream brings it, or says that the talk is gone
    }
    this.loop();
  }

  stop() {
    this.running = false;
    if (this.aborter) this.aborter.abort();
    this.wake();
  }

  /** Try again now. `ifSilent`: only when the line has been silent, as after the phone slept. */
  renew(ifSilent) {
    if (ifSilent && Date.now() - this.heard < SILENCE / 2) return;
    if (this.aborter) this.aborter.abort();
    this.wake();
  }

  /** Ask for what we miss. Also for proxies that hold the stream back: twice in need of this, and we stop streaming. */
  async catchUp(stalled) {
    const answer = await call("/messages?after=" + this.after, this.token);
    if (!this.running) return;
    answer.messages.forEach((message) => this.take("message", message));
    this.on.lang(answer);
    if (stalled && answer.messages.length && ++this.stalls > 1) {
      this.pollUntil = Date.now() + POLLING;
      if (this.aborter) this.aborter.abort();
    }
  }

  async loop() {
    let failures = 0;
    const alive = () => {
      failures = 0;
      this.on.line(true);
    };
    while (this.running) {
      let rest = 500 + Math.random() * 2500;
      try {
        if (Date.now() < this.pollUntil) {
          await this.catchUp();
          alive();
          rest = document.hidden ? POLL_HIDDEN : POLL;
        } else {
          await this.read(alive);
        }
      } catch (error) {
        if (!this.running) return;
        if (error.gone) {
          this.stop();
          this.on.gone();
          return;
        }
        failures += 1;
        rest = error.retryAfter || backoff(failures);
        if (failures > 1 && !(await this.polls())) this.on.line(false);
      }
      if (this.running) await this.pause(rest);
    }
  }

  /** Streaming failed twice: does plain asking work? Then do that for a while. */
  async polls() {
    try {
      await this.catchUp();
    } catch {
      return false;
    }
    this.pollUntil = Date.now() + POLLING;
    this.on.line(true);
    return true;
  }

  async read(alive) {
    const aborter = (this.aborter = new AbortController());
    let timer;
    const guard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => aborter.abort(), SILENCE);
    };
    guard();
    try {
      const path = "/stream?after=" + this.after;
      const response = await request(path, { signal: aborter.signal }, this.token);
      if (!response.body || !response.body.getReader) throw new Failure(0);
      alive();
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const part = await reader.read();
        if (part.done || !this.running) return;
        guard();
        this.heard = Date.now();
        const blocks = (rest + decoder.decode(part.value, { stream: true })).split(/\r?\n\r?\n/);
        rest = blocks.pop();
        if (blocks.some((block) => this.event(block))) return aborter.abort();
      }
    } catch (error) {
      throw error instanceof Failure ? error : new Failure(0);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One block of the stream; true when the server says goodbye. */
  event(block) {
    let name = "message";
    const data = [];
    block.split(/\r?\n/).forEach((line) => {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      if (line.startsWith("data:")) data.push(line.slice(5));
    });
    if (data.length || name !== "message") this.take(name, data.length ? JSON.parse(data.join("\n")) : null);
    return name === "bye";
  }

  take(name, data) {
    if (!this.running) return;
    if (name === "message") {
      this.after = Math.max(this.after, data.seq);
      this.on.message(data);
    } else if (name === "busy") {
      this.on.busy(data.busy);
    } else if (name === "lang") {
      this.on.lang(data);
    } else if (name === "reset") {
      this.after = 0;
      this.on.reset();
      this.catchUp().catch(() => {});
    }
  }

  pause(milliseconds) {
    return new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
      this.wake = resolve;
    });
  }
}
