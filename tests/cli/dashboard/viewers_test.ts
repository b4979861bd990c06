import assert from "node:assert/strict";
import { eventText, type Part, Viewers, VIEWERS_MAX } from "../../../lib/cli/dashboard/viewers.ts";

const part = (id: string, text: string): Part => ({ id, text });

/** What a browser got until the stream ended. */
async function all(stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined): Promise<string> {
  assert.ok(stream !== undefined);
  return await new Response(stream).text();
}

Deno.test("a browser gets all parts first, and later those that have changed", async () => {
  const viewers = new Viewers();
  const stream = viewers.open([part("a", "1"), part("b", "1")]);
  viewers.tell([part("a", "1"), part("b", "2")]);
  viewers.tell([part("a", "1"), part("b", "2")]);
  viewers.close();
  assert.equal(
    await all(stream),
    "retry: 1000\n\n" + eventText("sections", { a: "1", b: "1" }) +
      eventText("sections", { b: "2" }) + eventText("end", {}),
  );
});

Deno.test("an event is one line, whatever its text holds", () => {
  assert.equal(
    eventText("x", { a: "1\n\nevent: y\r\n" }),
    `event: x\ndata: {"a":"1\\n\\nevent: y\\r\\n"}\n\n`,
  );
});

Deno.test("a browser that does not read is not written to without end", async () => {
  const viewers = new Viewers();
  const stream = viewers.open([]);
  for (let i = 0; i < 100; i++) viewers.tell([part("a", `${i}`.padEnd(100_000))]);
  viewers.close();
  const { length } = await all(stream);
  assert.ok(length > 1e6 && length < 1.5e6, `${length}`);
});

Deno.test("there are so many browsers at most, and none when all is over", async () => {
  const viewers = new Viewers();
  const streams = Array.from({ length: VIEWERS_MAX }, () => viewers.open([]));
  assert.equal(viewers.open([]), undefined);
  await streams[0]?.cancel();
  assert.equal(viewers.count, VIEWERS_MAX - 1);
  assert.ok(viewers.open([]) !== undefined);
  viewers.close();
  assert.equal(viewers.open([]), undefined);
});
