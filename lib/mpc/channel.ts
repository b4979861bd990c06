/** The port through which a party talks to the others. Implemented in lib/net and in tests. */

/** Messages that have arrived, and that nobody has received yet. */
export interface Stored {
  /** How many, also those of which only a part has arrived. */
  readonly messages: number;
  /** Their bytes, with some for each message. */
  readonly bytes: number;
}

/** Private, authenticated, ordered and reliable links to all other parties of one session. */
export interface Channel {
  /** Own party number. */
  readonly self: number;
  /** Number of parties. */
  readonly parties: number;
  /** What waits to be received, from all parties together, where it is known. */
  readonly stored?: Stored | undefined;

  /**
   * Sends `bytes` to party `to` as the message of `step`, and takes over the buffer: the caller must
   * not touch it again. Each (step, from, to) carries one message. Resolves when the message is
   * accepted below the high-water mark of the link, not when it is delivered.
   *
   * @throws {ConnectionError} if the link is lost or a peer left.
   */
  send(to: number, step: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;

  /**
   * Receives the message of `step` from party `from` and hands its buffer over.
   *
   * @throws {ProtocolError} if it is not exactly `length` bytes long.
   * @throws {ConnectionError} if the link is lost, a peer left, or a deadline passed; the message
   * names whom was waited for and in which step.
   */
  recv(from: number, step: string, length: number): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Tells every other party `reason` after the data in flight, and fails all pending and later calls
   * of this channel. Nothing but the notice is sent afterwards. `reason` is shown to people: it holds
   * no secret.
   */
  abort(reason: string): Promise<void>;
}
