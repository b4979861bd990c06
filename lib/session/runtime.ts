/** Performs the effects of the session reducer and feeds it with what happens outside. */
import {
  AgreementError,
  CredentialError,
  equal,
  InterruptedError,
  MpcError,
  toHex,
  UsageError,
} from "../base/mod.ts";
import type { Channel } from "../mpc/channel.ts";
import { type Observe, observeNothing } from "../observability/mod.ts";
import type { CompiledFacts, Constant, Description, RosterEntry } from "./description.ts";
import { ANY_PARTY, decodeMessage, encodeMessage, isParty, type Message } from "./messages.ts";
import { SessionSpans } from "./session_spans.ts";
import { snapshotTeller } from "./snapshot.ts";
import type { LobbyEvent, Mesh, MeshRequest, Ports } from "./ports.ts";
import {
  type Dials,
  initialState,
  type SessionConfig,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  shortHash,
} from "./state.ts";
import { step } from "./step.ts";
import type { Ticket } from "./ticket.ts";

/** Time between two looks at the clock. */
const TICK_MS = 100;
/** Longest time for a farewell to be said after a failure. */
const FAREWELL_MS = 1500;

/** What is compiled for: the constants of all parties. */
export interface CompileRequest {
  /** Constants of all parties. */
  readonly constants: readonly Constant[];
}

/** Arguments of {@linkcode runSession}. */
export interface SessionOptions {
  /** Whether this party has made the ticket. */
  readonly role: "create" | "join";
  /** The ticket. */
  readonly ticket: Ticket;
  /** Own party number. Default: 0 for the creator, any that is free for a joiner. */
  readonly party?: number;
  /** SHA-256 of the own program's source, 32 bytes. */
  readonly program: Uint8Array<ArrayBuffer>;
  /** Version of p2p-mpc: all parties need the same. */
  readonly engine: string;
  /** Constants that this party sets; their owner is `party`, which must be given then. Default: none. */
  readonly constants?: readonly Constant[];
  /** Time for the next party to join and for each later step, in ms. Default: 20 s. */
  readonly waitMs?: number;
  /** Time for the first contact, in ms. Default: no limit for `create`, `waitMs` for `join`. */
  readonly joinMs?: number;
  /** Longest time without progress of a call of the channel, in ms. Default: 10 minutes. */
  readonly stepTimeoutMs?: number;
  /** Whom this party dials. Default: everybody. */
  readonly dials?: Dials;
  /** The outside. */
  readonly ports: Ports;
  /** Takes the events. */
  readonly observe?: Observe;
  /** Ends the session; the others are told. */
  readonly signal?: AbortSignal;
  /** Called once everybody's constants are known. What it throws ends the session. */
  readonly compile: (request: CompileRequest) => Promise<CompiledFacts>;
  /** Called once all parties have the same description, before this party signs. */
  readonly consent: (description: Description) => Promise<boolean>;
  /** Called after the opening lines and before the wait: the place to print the ticket. */
  readonly onOpen?: () => void;
}

/** A session that may start: all parties have agreed, signed and are connected. */
export interface Session {
  /** What all have agreed on and signed. */
  readonly description: Description;
  /** SHA-256 of the canonical description, 32 bytes: separates all hashes of the protocol. */
  readonly sid: Uint8Array<ArrayBuffer>;
  /** The parties in ascending order. */
  readonly roster: readonly RosterEntry[];
  /** The channel to all other parties. */
  readonly channel: Channel;
  /** Says goodbye to the others when all is sent, and leaves the lobby. Never rejects. */
  close(): Promise<void>;
}

/**
 * Meets the other parties, agrees with them and connects to each of them.
 *
 * @throws {UsageError} if the party number does not exist.
 * @throws {UnreachableError} if parties do not come, or do not go on, in time; it names them.
 * @throws {AgreementError} if the parties do not agree, somebody does not consent, or the creator
 * refuses this party.
 * @throws {ConnectionError} if a party leaves; with its reason.
 * @throws {CredentialError} if keys are not different, or a proof or signature is wrong.
 */
export async function runSession(options: SessionOptions): Promise<Session> {
  checkOptions(options);
  return await new Runtime(options).run();
}

function checkOptions({ role, ticket, party, program, ports }: SessionOptions): void {
  if (party !== undefined && !isParty(party, ticket.parties)) {
    throw new UsageError(`Cannot take part: there is no party ${party}`, {
      hint: `this session has the numbers 0 to ${ticket.parties - 1}: --party=0`,
    });
  }
  const own = ports.identity.peerId === ticket.creator;
  if (role === "create" && !own) throw new TypeError("A ticket must name its creator");
  if (role === "join" && own) {
    throw new CredentialError(
      "Cannot join the session: its creator has the same peer id; both use the same key?",
      { hint: "give each party its own key, with --identity-key-path or without any" },
    );
  }
  if (equal(program, ticket.program)) return;
  throw new AgreementError(
    `Cannot join the session: we use program ${shortHash(program)} and the creator ` +
      shortHash(ticket.program),
    { hint: "all parties need the same program file, byte for byte" },
  );
}

class Runtime {
  readonly #options: SessionOptions;
  readonly #observe: Observe;
  readonly #spans: SessionSpans;
  readonly #tellSnapshot: (state: SessionState) => void;
  readonly #outcome = Promise.withResolvers<Session>();
  /** Aborts the building of the mesh. */
  readonly #stop = new AbortController();
  readonly #cleanups: (() => void)[] = [];
  readonly #saying = new Set<Promise<unknown>>();
  #queue: SessionEvent[] = [];
  #busy = false;
  #state: SessionState;
  #mesh: Mesh | undefined;
  #cancelTick = (): void => {};

  constructor(options: SessionOptions) {
    const { role, ticket, engine, constants = [], waitMs = 20_000, ports } = options;
    const config: SessionConfig = {
      role,
      ticket,
      party: options.party ?? (role === "create" ? 0 : ANY_PARTY),
      engine,
      constants,
      waitMs,
      joinMs: options.joinMs,
      dials: options.dials ?? "everybody",
      peer: ports.identity.peerId,
      addresses: ports.lobby.addresses(),
      nonce: ports.random(16),
      challenge: ports.random(16),
    };
    this.#options = options;
    this.#observe = options.observe ?? observeNothing;
    this.#spans = new SessionSpans(this.#observe);
    this.#tellSnapshot = snapshotTeller(this.#observe);
    this.#state = initialState(config);
  }

  async run(): Promise<Session> {
    const { role, ticket, ports, signal, onOpen } = this.#options;
    this.#spans.start(this.#state);
    const verb = role === "create" ? "opening" : "joining";
    this.#notice(`${verb} session for topic ${toHex(ticket.session)}`);
    this.#notice(`our node id: ${ports.identity.peerId}`);
    onOpen?.();
    this.#cleanups.push(ports.lobby.listen((event) => this.#onLobby(event)));
    const onAbort = (): void => this.#dispatch({ kind: "failed", error: reasonOf(signal) });
    signal?.addEventListener("abort", onAbort);
    this.#cleanups.push(() => signal?.removeEventListener("abort", onAbort));
    this.#dispatch({ kind: "start" });
    if (signal?.aborted) onAbort();
    this.#tick();
    return await this.#outcome.promise;
  }

  #tick(): void {
    this.#cancelTick = this.#options.ports.clock.after(TICK_MS, () => {
      this.#dispatch({ kind: "tick" });
      const { phase } = this.#state;
      if (phase !== "running" && phase !== "failed") this.#tick();
    });
  }

  #onLobby(event: LobbyEvent): void {
    if (event.kind !== "message") return this.#dispatch(event);
    this.#observe({ kind: "message", direction: "inbound", bytes: event.bytes.length });
    const message = decodeMessage(event.bytes);
    if (message !== undefined) {
      this.#dispatch({ kind: "message", from: event.from, message });
    } else {
      this.#log(`ignored ${event.bytes.length} bytes of ${event.from} that are no message`);
    }
  }

  #dispatch(event: SessionEvent): void {
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      try {
        this.#advance(next);
      } catch (thrown) {
        this.#broken(next, thrown);
      }
    }
    this.#busy = false;
  }

  #advance(event: SessionEvent): void {
    const before = this.#state.phase;
    const { state, effects } = step(this.#state, event, this.#options.ports.clock.now());
    this.#state = state;
    this.#tellSnapshot(state);
    if (state.phase !== before) {
      this.#log(`${before} -> ${state.phase}`);
      this.#spans.moved(before, state);
    }
    for (const effect of effects) this.#perform(effect);
  }

  /** An error of our own, or of a callback: it ends the session, so that nobody waits for ever. */
  #broken(event: SessionEvent, thrown: unknown): void {
    const error = thrown instanceof Error
      ? thrown
      : new Error("Unknown failure", { cause: thrown });
    if (event.kind !== "failed" && this.#state.phase !== "failed") {
      this.#queue = [{ kind: "failed", error }];
      return;
    }
    this.#state = { ...this.#state, phase: "failed" };
    void this.#fail(error);
  }

  #perform(effect: SessionEffect): void {
    const { lobby, identity } = this.#options.ports;
    switch (effect.kind) {
      case "say":
        return this.#say(effect.message, effect.peers);
      case "dial": {
        const { peer, addresses } = effect;
        return this.#await(
          lobby.dial(peer, addresses),
          () => ({ kind: "dialled", peer }),
          (error) => ({
            kind: "dialFailed",
            peer,
            reason: error.message.replace(/^Cannot [^:]*: /, ""),
          }),
        );
      }
      case "compile":
        return this.#await(
          this.#options.compile({ constants: effect.constants }),
          (facts) => ({ kind: "compiled", facts }),
        );
      case "consent":
        return this.#await(
          this.#spans.consent(() => this.#options.consent(effect.description)),
          (yes) => ({ kind: "consented", yes }),
        );
      case "sign":
        return this.#await(
          identity.sign(effect.bytes),
          (signature) => ({ kind: "signed", signature }),
        );
      case "verify": {
        const { party, peer, bytes, signature } = effect;
        return this.#await(
          identity.verify({ peer, bytes, signature }),
          (valid) => ({ kind: "verified", party, valid }),
        );
      }
      case "connect":
        return this.#connect(effect.roster, effect.sid);
      case "announceReady":
        return void this.#mesh?.announceReady().catch((error: Error) =>
          this.#dispatch({ kind: "linkEnded", text: error.message })
        );
      case "begin":
        return this.#begin();
      case "notice":
        return this.#notice(effect.text);
      case "fail":
        return void this.#fail(effect.error);
    }
  }

  /** Dispatches what comes of `work`; a failure ends the session unless `failed` says otherwise. */
  #await<T>(
    work: Promise<T>,
    done: (value: T) => SessionEvent,
    failed: (error: Error) => SessionEvent = (error) => ({ kind: "failed", error }),
  ): void {
    work.then(done, (error: unknown) => {
      return failed(
        error instanceof Error ? error : new Error("Unknown failure", { cause: error }),
      );
    }).then((event) => this.#dispatch(event));
  }

  #say(message: Message, peers: readonly string[]): void {
    const { lobby } = this.#options.ports;
    const bytes = encodeMessage(message);
    this.#observe({ kind: "message", direction: "outbound", bytes: bytes.length });
    for (const work of [lobby.publish(bytes), ...peers.map((peer) => lobby.tell(peer, bytes))]) {
      const tracked: Promise<unknown> = work.finally(() => this.#saying.delete(tracked));
      this.#saying.add(tracked);
    }
  }

  #connect(roster: readonly RosterEntry[], sid: Uint8Array<ArrayBuffer>): void {
    const { ports, stepTimeoutMs = 600_000 } = this.#options;
    const request: MeshRequest = {
      self: this.#state.config.party,
      peers: roster,
      sid,
      stepTimeoutMs,
      onLink: (party) => this.#dispatch({ kind: "linked", party }),
      onReady: (party) => this.#dispatch({ kind: "ready", party }),
      onEnd: (text) => this.#dispatch({ kind: "linkEnded", text }),
    };
    this.#await(ports.connect.open(request, this.#stop.signal), (mesh) => {
      this.#mesh = mesh;
      if (this.#state.phase === "failed") void mesh.channel.abort("the session has failed");
      return { kind: "meshed" };
    });
  }

  #begin(): void {
    const { description, sid, roster } = this.#state;
    const mesh = this.#mesh;
    if (!description || !sid || !roster || !mesh) throw new TypeError("A session began too early");
    const close = async (): Promise<void> => {
      await mesh.close();
      this.#release();
    };
    this.#outcome.resolve({ description, sid, roster, channel: mesh.channel, close });
  }

  async #fail(error: Error): Promise<void> {
    this.#stop.abort(error);
    this.#spans.failed(error);
    const work: Promise<unknown>[] = [...this.#saying];
    if (this.#mesh !== undefined) {
      const reason = error instanceof MpcError ? error.message : "an unexpected failure";
      work.push(this.#mesh.channel.abort(reason));
    }
    const { clock } = this.#options.ports;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(FAREWELL_MS, resolve);
      void Promise.allSettled(work).then(() => {
        cancel();
        resolve();
      });
    });
    this.#release();
    this.#outcome.reject(error);
  }

  #release(): void {
    this.#cancelTick();
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  #notice(text: string): void {
    this.#observe({ kind: "notice", text });
  }

  #log(text: string): void {
    this.#observe({ kind: "log", level: "debug", module: "session", text });
  }
}

function reasonOf(signal: AbortSignal | undefined): MpcError {
  const reason: unknown = signal?.reason;
  return reason instanceof MpcError ? reason : new InterruptedError("SIGINT");
}
