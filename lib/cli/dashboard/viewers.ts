/** The browsers that look on: each is sent the parts of the page that have changed since it was told last. */
import { utf8 } from "../../base/mod.ts";

/** Most browsers at a time. */
export const VIEWERS_MAX = 16;
/** A browser that has not taken this many bytes gets nothing new until it has. */
const PENDING_BYTES_MAX = 1 << 20;
/** Time after which a browser that has lost us asks again, in milliseconds. */
const RETRY_MS = 1000;

/** A part of the page. */
export interface Part {
  /** The id of its element. */
  readonly id: string;
  /** The element as HTML. */
  readonly text: string;
}

/** A server-sent event. `data` becomes JSON, which is one line. */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

class Viewer {
  readonly #out: ReadableStreamDefaultController<Uint8Array>;
  readonly #told = new Map<string, string>();

  constructor(out: ReadableStreamDefaultController<Uint8Array>) {
    this.#out = out;
    out.enqueue(utf8(`retry: ${RETRY_MS}\n\n`));
  }

  tell(parts: readonly Part[]): void {
    if ((this.#out.desiredSize ?? 0) <= 0) return;
    const news = parts.filter(({ id, text }) => this.#told.get(id) !== text);
    if (news.length === 0) return;
    for (const { id, text } of news) this.#told.set(id, text);
    const data = Object.fromEntries(news.map(({ id, text }) => [id, text]));
    this.#out.enqueue(utf8(eventText("sections", data)));
  }

  close(): void {
    this.#out.enqueue(utf8(eventText("end", {})));
    this.#out.close();
  }
}

/** All of them. */
export class Viewers {
  readonly #viewers = new Set<Viewer>();
  #closed = false;

  /** How many look on. */
  get count(): number {
    return this.#viewers.size;
  }

  /** The events for one more, beginning with `parts`; undefined if there are too many, or all is over. */
  open(parts: readonly Part[]): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
    if (this.#closed || this.#viewers.size >= VIEWERS_MAX) return undefined;
    let viewer: Viewer;
    return new ReadableStream({
      start: (out) => {
        viewer = new Viewer(out);
        this.#viewers.add(viewer);
        viewer.tell(parts);
      },
      cancel: () => void this.#viewers.delete(viewer),
    }, { highWaterMark: PENDING_BYTES_MAX, size: (bytes) => bytes.length });
  }

  /** Tells everybody what is new to it. */
  tell(parts: readonly Part[]): void {
    for (const viewer of this.#viewers) viewer.tell(parts);
  }

  /** Ends all streams, after telling everybody that it is over. */
  close(): void {
    this.#closed = true;
    for (const viewer of this.#viewers) viewer.close();
    this.#viewers.clear();
  }
}
