/** A link between two processes as the benchmark uses it, and its simplest form: plain TCP. */

/** Bytes of one write. */
export const SEND_BYTES = 64 * 1024;
/** Bytes of a message that goes to and fro. */
export const TRIP_BYTES = 100;

/** One link; `bulk` sends that many bytes and resolves when the other end has read them all. */
export interface Link {
  bulk(bytes: number): Promise<void>;
  trips(count: number): Promise<void>;
}

async function readExactly(conn: Deno.Conn, count: number): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  for (let left = count; left > 0;) {
    const read = await conn.read(buffer.subarray(0, Math.min(left, buffer.length)));
    if (read === null) throw new Error("the other end closed");
    left -= read;
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** A request: how many bytes follow, and how many times they are answered by as many. */
export function request(bytes: number, answer: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(8);
  const view = new DataView(out.buffer);
  view.setUint32(0, bytes);
  view.setUint32(4, answer);
  return out;
}

/** Answers on a free port of 127.0.0.1. */
export function serveTcp(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const conn of listener) {
      conn.setNoDelay(true);
      void (async () => {
        while (true) {
          const head = new Uint8Array(8);
          if (await conn.read(head) === null) return;
          const view = new DataView(head.buffer);
          await readExactly(conn, view.getUint32(0));
          await writeAll(conn, new Uint8Array(view.getUint32(4)));
        }
      })().catch(() => {});
    }
  })();
  return listener.addr.port;
}

/** A link to that port. */
export async function tcpLink(port: number): Promise<Link> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const piece = new Uint8Array(SEND_BYTES);
  return {
    async bulk(bytes: number): Promise<void> {
      await writeAll(conn, request(bytes, 1));
      for (let at = 0; at < bytes; at += piece.length) await writeAll(conn, piece);
      await readExactly(conn, 1);
    },
    async trips(count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        await writeAll(conn, request(TRIP_BYTES, TRIP_BYTES));
        await writeAll(conn, piece.subarray(0, TRIP_BYTES));
        await readExactly(conn, TRIP_BYTES);
      }
    },
  };
}
