/** The {@linkcode Channel} inside a worker: each call is made by the main thread, on the real one. */
import { errorFromData, errorToData } from "../../base/mod.ts";
import type { Channel } from "../../mpc/mod.ts";
import { alone, type ChannelAnswer, type ChannelCall, type Post } from "./messages.ts";

type Bytes = Uint8Array<ArrayBuffer>;
/** A call without its number. */
type Call = ChannelCall extends infer C ? C extends ChannelCall ? Omit<C, "call"> : never : never;

/** The worker's end. A send is over when the real one is: back-pressure passes through. */
export class PortChannel implements Channel {
  readonly self: number;
  readonly parties: number;
  readonly #post: Post<ChannelCall>;
  readonly #calls = new Map<number, PromiseWithResolvers<Bytes | undefined>>();
  /** Why for all: a late answer must not be taken for that of a later channel. */
  static #next = 0;

  constructor({ self, parties }: Pick<Channel, "self" | "parties">, post: Post<ChannelCall>) {
    this.self = self;
    this.parties = parties;
    this.#post = post;
  }

  async send(to: number, step: string, bytes: Bytes): Promise<void> {
    const own = alone(bytes);
    await this.#ask({ kind: "send", to, step, bytes: own }, [own.buffer]);
  }

  async recv(from: number, step: string, length: number): Promise<Bytes> {
    const bytes = await this.#ask({ kind: "recv", from, step, length }, []);
    if (bytes === undefined) throw new TypeError(`Cannot receive step "${step}": no bytes came`);
    return bytes;
  }

  async abort(reason: string): Promise<void> {
    await this.#ask({ kind: "abort", reason }, []);
  }

  /** Settles the call that `answer` belongs to. */
  answer(answer: ChannelAnswer): void {
    const call = this.#calls.get(answer.call);
    this.#calls.delete(answer.call);
    if ("error" in answer) call?.reject(errorFromData(answer.error));
    else call?.resolve(answer.bytes);
  }

  async #ask(call: Call, transfer: Transferable[]): Promise<Bytes | undefined> {
    const waiting = Promise.withResolvers<Bytes | undefined>();
    const number = PortChannel.#next++;
    this.#calls.set(number, waiting);
    this.#post({ ...call, call: number }, transfer);
    return await waiting.promise;
  }
}

/** The main thread's end: makes `call` on the real channel and posts how it ended. Never rejects. */
export async function answerCall(
  channel: Channel,
  call: ChannelCall,
  post: Post<ChannelAnswer>,
): Promise<void> {
  const about = { kind: "answer", call: call.call } as const;
  let received: Bytes | undefined;
  try {
    received = await perform(channel, call);
  } catch (error) {
    return post({ ...about, error: errorToData(error) }, []);
  }
  if (received === undefined) return post(about, []);
  const bytes = alone(received);
  post({ ...about, bytes }, [bytes.buffer]);
}

async function perform(channel: Channel, call: ChannelCall): Promise<Bytes | undefined> {
  switch (call.kind) {
    case "send":
      await channel.send(call.to, call.step, call.bytes);
      return undefined;
    case "recv":
      return await channel.recv(call.from, call.step, call.length);
    case "abort":
      await channel.abort(call.reason);
      return undefined;
  }
}
