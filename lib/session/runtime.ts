/** Performs the effects of the session reducer and feeds it with what happens outside. */
import { InterruptedError, MpcError, pathText, toHex } from "../base/mod.ts";
import type { Channel } from "../mpc/channel.ts";
import { type Observe, observeNothing } from "../observability/mod.ts";
import type { Description, RosterEntry } from "./description.ts";
import { ANY_PARTY, decodeMessage, encodeMessage } from "./messages.ts";
import { refuseLoad } from "./link_limit.ts";
import type { LinkPath, LobbyEvent, Mesh, MeshRequest } from "./ports.ts";
import { checkOptions, type SessionOptions } from "./session_options.ts";
import { SessionSpans } from "./session_spans.ts";
import { snapshotTeller } from "./snapshot.ts";
import {
  initialState,
  type SessionConfig,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
} from "./state.ts";
import { step } from "./step.ts";

/** Time between two looks at the clock. */
const TICK_MS = 100;
/** Longest time for a farewell to be said after a failure. */
const FAREWELL_MS = 1500;
/** Time for people to consent unless another one is given. */
const CONSENT_MS = 300_000;

/** A session that may start: all parties have agreed, signed and are connected. */
export interface Session {
  /** What all have agreed on and signed. */
  readonly description: Description;
  /** SHA-256 of the canonical description, 32 bytes: separates all hashes of the protocol. */
  readonly sid: Uint8Array<ArrayBuffer>;
  /** The parties in ascending order. */
  readonly roster: readonly RosterEntry[];
  /** What each party has signed, by party number: its consent to the description. */
  readonly signatures: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
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
      outputParties: options.outputParties,
      waitMs,
      consentMs: options.consentMs ?? CONSENT_MS,
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
    const doing = role === "create" ? "opening" : "joining";
    this.#notice(`${doing} session for topic ${toHex(ticket.session)}`);
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
    const { from, bytes } = event;
    this.#observe({ kind: "message", direction: "inbound", bytes: bytes.length });
    const message = decodeMessage(bytes);
    if (message === undefined) return this.#log(`ignored ${bytes.length} odd bytes of ${from}`);
    this.#look(from);
    this.#dispatch({ kind: "message", from, message });
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
        return this.#say(effect);
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
          this.#options.compile(effect, this.#stop.signal),
          (facts) => ({ kind: "compiled", facts }),
        );
      case "consent":
        return this.#await(
          this.#spans.consent(() => this.#options.consent(effect.description, this.#stop.signal)),
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

  #say({ message, peers, isQuiet }: SessionEffect & { readonly kind: "say" }): void {
    const { lobby } = this.#options.ports;
    const bytes = encodeMessage(message);
    this.#observe({ kind: "message", direction: "outbound", bytes: bytes.length });
    const told = peers.map((peer) => lobby.tell(peer, bytes));
    for (const work of isQuiet ? told : [lobby.publish(bytes), ...told]) {
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
      onLink: (party) => this.#onLink(party),
      onReady: (party) => this.#dispatch({ kind: "ready", party }),
      onEnd: (text) => this.#dispatch({ kind: "linkEnded", text }),
    };
    this.#await(ports.connect.open(request, this.#stop.signal), (mesh) => {
      this.#mesh = mesh;
      if (this.#state.phase === "failed") void mesh.channel.abort("the session has failed");
      return { kind: "meshed" };
    });
  }

  #onLink(party: number): void {
    const { roster = [], description } = this.#state;
    const path = this.#look(roster.find((entry) => entry.party === party)?.peer ?? "");
    this.#dispatch({ kind: "linked", party });
    const bytes = description && this.#options.linkBytes?.(description, party);
    const error = refuseLoad({ party, path, bytes: bytes ?? 0 });
    if (error !== undefined) this.#dispatch({ kind: "failed", error });
  }

  /** How a peer is connected; takes note of it. */
  #look(peer: string): LinkPath | undefined {
    const path = peer === "" ? undefined : this.#options.ports.lobby.path(peer);
    if (path !== undefined) this.#dispatch({ kind: "path", peer, path: pathText(path.relay) });
    return path;
  }

  #begin(): void {
    const { description, sid, roster, signature } = this.#state;
    const mesh = this.#mesh;
    if (!description || !sid || !roster || !signature || !mesh) {
      throw new TypeError("A session began too early");
    }
    const signatures = new Map(this.#state.signatures).set(this.#state.config.party, signature);
    const close = async (): Promise<void> => {
      await mesh.close();
      this.#release();
    };
    const { channel } = mesh;
    this.#outcome.resolve({ description, sid, roster, signatures, channel, close });
  }

  async #fail(error: Error): Promise<void> {
    this.#stop.abort(error);
    this.#spans.failed(error);
    const work: Promise<unknown>[] = [...this.#saying];
    if (this.#mesh !== undefined) {
      const reason = error instanceof MpcError ? error.message : "an unexpected failure";
      work.push(this.#mesh.channel.abort(reason));
    }
    await new Promise<void>((resolve) => {
      const cancel = this.#options.ports.clock.after(FAREWELL_MS, resolve);
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
