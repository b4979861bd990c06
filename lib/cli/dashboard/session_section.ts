/** The session on the page: where it stands, how fast it goes, and what each party did when. */
import { shortPeer, sizeText } from "../../base/mod.ts";
import { secondsText, type SessionResult, type SessionStage } from "../../observability/mod.ts";
import { phaseClass, type Span, timeLine } from "./charts.ts";
import { html, type Markup } from "./markup.ts";
import {
  LINE_PHASES,
  type LinePhase,
  type PartyView,
  type SessionView,
  type Snapshot,
} from "./snapshot.ts";
import { countText, durationText, shortDigest } from "./words.ts";

/** How something looks: a class of the style sheet. */
type Tone = "busy" | "wait" | "good" | "bad";

interface Standing {
  readonly tone: Tone;
  readonly text: string;
}

const STAGES: Readonly<Record<SessionStage, Standing>> = {
  rendezvous: { tone: "wait", text: "Waiting for the others" },
  agree: { tone: "busy", text: "Agreeing" },
  consent: { tone: "wait", text: "Waiting for consent" },
  connect: { tone: "busy", text: "Connecting" },
  running: { tone: "busy", text: "Computing" },
};

const RESULTS: Readonly<Record<SessionResult, Standing>> = {
  ok: { tone: "good", text: "Done" },
  aborted: { tone: "bad", text: "Stopped" },
  cheat_detected: { tone: "bad", text: "Cheating detected" },
  timeout: { tone: "bad", text: "Timed out" },
  disagreement: { tone: "bad", text: "No agreement" },
  rejected: { tone: "bad", text: "No consent" },
  network: { tone: "bad", text: "Connection lost" },
  error: { tone: "bad", text: "Failed" },
};

const LINES_HINT = "Upper bars: making random material. Lower bars: computing with it. " +
  "A bar ends at the last message of its party.";

/** Ticks of the time axis, from its begin to its end. */
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Where the session stands, in a few words. */
function standing({ known, result }: SessionView): Standing {
  if (result !== undefined) return RESULTS[result];
  return known === undefined ? { tone: "busy", text: "Starting" } : STAGES[known.stage];
}

/** The session of a computation. */
export function sessionSection({ session, command }: Snapshot): Markup {
  if (session === undefined) throw new TypeError("Cannot show a session: there is none");
  const { tone, text } = standing(session);
  const title = command === "preprocess" ? "Preprocessing" : "Session";
  const id = session.known === undefined ? undefined : html`
    <code title="SHA-256 of the session id">${shortDigest(session.known.id)}</code>
  `;
  return html`<section id="session" class="card" aria-labelledby="session-title">
<div class="head"><h2 id="session-title">${title} ${id}</h2>
<p class="chip ${tone}" role="status">${text}</p></div>
${note(session)}${facts(session)}${progress(session)}${figures(session)}${parties(session)}${
    phases(session)
  }
</section>`;
}

/** What the reader should do now, if anything. */
function note({ known, result }: SessionView): Markup | undefined {
  if (result === "cheat_detected") {
    return html`
      <p
        class="note bad">A check of the protocol failed. No result was given out; the terminal says which check and which party.</p>
    `;
  }
  if (result !== undefined || known?.stage !== "consent") return undefined;
  return html`
    <p
      class="note">You are asked at the terminal where this command runs; this page cannot answer for you.</p>
  `;
}

function facts({ known }: SessionView): Markup | undefined {
  if (known === undefined) return undefined;
  const { party, parties, role, program, circuit } = known;
  const number = party === undefined ? role : `party ${party}, ${role}`;
  const receivers = circuit?.outputParties ?? [];
  const everyone = receivers.length === parties;
  return html`<dl class="facts">
<div><dt>We are</dt><dd>${number}</dd></div>
<div><dt>Parties</dt><dd>${parties}</dd></div>
<div><dt>Program</dt><dd><code title="SHA-256 of the source">${
    shortDigest(program)
  }</code></dd></div>
${
    circuit && html`
      <div>
        <dt>Circuit</dt>
        <dd>${countText(circuit.ands)} AND gates, ${countText(circuit.inputs)} input bits</dd>
      </div>
      <div>
        <dt>Result goes to</dt>
        <dd>${everyone ? "everyone" : receivers.map((to) => `party ${to}`).join(", ")}</dd>
      </div>
    `
  }
</dl>`;
}

function progress({ fraction, known, result }: SessionView): Markup | undefined {
  if (known?.stage !== "running" && result === undefined) return undefined;
  const percent = Math.floor(100 * fraction);
  return html`
    <div class="progress">
      <progress max="100" value="${percent}" aria-label="Computation"></progress>
      <span class="percent">${percent} %</span>
    </div>
  `;
}

function figure(name: string, text = "–"): Markup {
  return html`
    <div>
      <dt>${name}</dt>
      <dd>${text}</dd>
    </div>
  `;
}

function figures(session: SessionView): Markup {
  const { elapsedMs, gatesPerSecond, secondsLeft, sent, received } = session;
  const left = secondsLeft === undefined ? undefined : `about ${secondsText(secondsLeft)}`;
  return html`
    <dl class="figures">
      ${figure("Elapsed", durationText(elapsedMs))}
      ${figure("Time left", left)}
      ${figure("AND gates/s", gatesPerSecond === undefined ? undefined : countText(gatesPerSecond))}
      ${figure("Sent", sizeText(sent))}
      ${figure("Received", sizeText(received))}
    </dl>
  `;
}

/** What of the time is shown: once the parties have met, how long that took is of no interest. */
function shownSpan({ parties, elapsedMs }: SessionView): Span {
  const own = parties.find(({ isSelf }) => isSelf)?.lines[0] ?? [];
  const fromMs = own.find(({ phase }) => phase === "agreement")?.fromMs ?? 0;
  return { fromMs, toMs: elapsedMs };
}

function parties(session: SessionView): Markup | undefined {
  const { parties } = session;
  if (parties.length === 0) return undefined;
  const shown = shownSpan(session);
  const all = parties.flatMap(({ lines }) => lines.flat());
  const phases = new Set(all.filter(({ toMs }) => toMs > shown.fromMs).map(({ phase }) => phase));
  const legend = LINE_PHASES.filter((phase) => phases.has(phase));
  const ticks = TICKS.map((tick) => {
    return html`<span>${axisText(tick * (shown.toMs - shown.fromMs))}</span>`;
  });
  return html`
    <h3>Who did what when</h3>
    <div class="scroll" role="group" aria-label="Time line" tabindex="0">
      <table class="lines">
        <thead>
          <tr>
            <th scope="col">Party</th>
            <th scope="col">${shown.fromMs > 0 ? "Since all had met" : "Since the start"}</th>
            <th scope="col">Latest</th>
            <th scope="col" class="number">Sent to it</th>
            <th scope="col" class="number">From it</th>
          </tr>
        </thead>
        <tbody>${parties.map((party) => partyRow(party, shown))}</tbody>
        <tfoot>
          <tr>
            <td></td>
            <td>
              <div class="axis">${ticks}</div>
            </td>
            <td colspan="3"></td>
          </tr>
        </tfoot>
      </table>
    </div>
    <ul class="legend" aria-label="Colours">${legend.map(legendItem)}</ul>
    <p class="hint">${LINES_HINT}</p>
  `;
}

/** A time on the axis, in seconds as long as they are few. */
function axisText(ms: number): string {
  return ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms);
}

function legendItem(phase: LinePhase): Markup {
  return html`
    <li><svg viewBox="0 0 10 10" aria-hidden="true">
        <rect class="${phaseClass(phase)}" width="10" height="10" />
      </svg>${phase}</li>
  `;
}

function partyRow(view: PartyView, shown: Span): Markup {
  const { party, isSelf, peer, latest, sent, received } = view;
  const name = peer && html`<code title="${peer}">${shortPeer(peer)}</code>`;
  return html`
    <tr data-key="party-${party}">
      <th scope="row">Party ${party}${isSelf ? " (us)" : ""}<br>${name}</th>
      <td>${timeLine(view, shown)}</td>
      <td>${latest ?? "–"}</td>
      <td class="number">${isSelf ? "–" : sizeText(sent)}</td>
      <td class="number">${isSelf ? "–" : sizeText(received)}</td>
    </tr>
  `;
}

function phases({ phases, sent, received }: SessionView): Markup | undefined {
  if (phases.length === 0) return undefined;
  const most = Math.max(1, ...phases.map((phase) => phase.sent + phase.received));
  const rows = phases.map((phase) =>
    html`
      <tr data-key="${phase.phase}">
        <th scope="row">${phase.phase}</th>
        <td>
          <svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="sent" width="${(100 * phase.sent / most).toFixed(1)}" height="10" />
            <rect class="received" x="${(100 * phase.sent / most).toFixed(
              1,
            )}" width="${(100 * phase.received / most).toFixed(1)}" height="10" />
          </svg>
        </td>
        <td class="number">${sizeText(phase.sent)}</td>
        <td class="number">${sizeText(phase.received)}</td>
      </tr>
    `
  );
  return html`
    <details>
      <summary>Bytes by phase</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col"><span class="hidden">Share</span></th>
            <th scope="col" class="number">Sent</th>
            <th scope="col" class="number">Received</th>
          </tr>
        </thead>
        <tbody>${rows}</tbody>
        <tfoot>
          <tr>
            <th scope="row">all</th>
            <td></td>
            <td class="number">${sizeText(sent)}</td>
            <td class="number">${sizeText(received)}</td>
          </tr>
        </tfoot>
      </table>
    </details>
  `;
}
