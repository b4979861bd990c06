/** The way to the start of a session as spans. */
import { toHex } from "../base/mod.ts";
import { sha256 } from "../crypto/mod.ts";
import {
  errorType,
  inSpan,
  type Observe,
  SESSION_SPAN,
  type SpanAttributes,
  type SpanName,
} from "../observability/mod.ts";
import type { SessionPhase, SessionState } from "./state.ts";

/** Tells of the phases of a session: the parties find each other, then they agree and connect. */
export class SessionSpans {
  readonly #observe: Observe;
  #open: SpanName | undefined;

  /** Tells `observe`. */
  constructor(observe: Observe) {
    this.#observe = observe;
  }

  /** The session begins. Its id is told as a hash. */
  start({ config: { ticket, peer } }: SessionState): void {
    this.#note({
      "mpc.session.id": toHex(sha256(ticket.session)),
      "mpc.program.hash": toHex(ticket.program),
      "mpc.party.count": ticket.parties,
      "libp2p.peer.id": peer,
    });
    this.#begin("join rendezvous");
  }

  /** The session has left phase `before`. */
  moved(before: SessionPhase, { phase, config, description }: SessionState): void {
    if (phase === "failed") return;
    if (before === "hello") {
      this.#end();
      this.#note({ "mpc.party.index": config.party });
      this.#begin("agree session");
    }
    if (phase !== "running" || description === undefined) return;
    const { digest, ands } = description.circuit;
    this.#note({ "mpc.circuit.hash": toHex(digest), "mpc.circuit.and_gates": ands });
    this.#end();
  }

  /** Asks for consent. */
  async consent(work: () => Promise<boolean>): Promise<boolean> {
    const span = { name: "ask consent", within: ["agree session"] } as const;
    return await inSpan(this.#observe, span, work);
  }

  /** The session has failed. */
  failed(error: Error): void {
    this.#end(errorType(error));
  }

  #begin(name: SpanName): void {
    this.#open = name;
    this.#observe({ kind: "span", change: "begin", id: name, name });
  }

  #end(error?: string): void {
    if (this.#open === undefined) return;
    const told = error === undefined ? {} : { error };
    this.#observe({ kind: "span", change: "end", id: this.#open, ...told });
    this.#open = undefined;
  }

  #note(attributes: SpanAttributes): void {
    this.#observe({ kind: "span", change: "note", id: SESSION_SPAN, attributes });
  }
}
