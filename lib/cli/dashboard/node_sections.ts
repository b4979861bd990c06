/** The node on the page: who it is, whom and what it listens to, and what went wrong. */
import { shortPeer, sizeText } from "../../base/mod.ts";
import { sparkline } from "./charts.ts";
import { html, type Markup } from "./markup.ts";
import type { Gauge, GaugeName, PeerView, Snapshot, Warning } from "./snapshot.ts";
import { countText, durationText, timeText } from "./words.ts";

interface GaugeText {
  readonly name: string;
  readonly text: (value: number) => string;
}

const NO_PEERS = html`<p class="empty">No peer is connected.</p>`;
const NO_TOPICS = html`
  <p class="empty">No topic is joined; <code>--topic NAME</code> joins one.</p>
`;
const NO_WARNINGS = html`<p class="empty">Nothing to worry about.</p>`;

const GAUGES: Readonly<Record<GaugeName, GaugeText>> = {
  connections: { name: "Connections", text: (value) => value.toFixed(0) },
  traffic: { name: "Traffic", text: (value) => `${sizeText(value)}/s` },
  gates: { name: "AND gates", text: (value) => `${countText(value)}/s` },
  requests: { name: "Requests", text: (value) => `${countText(value)}/s` },
  memory: { name: "Memory", text: sizeText },
};

function copyButton(text: string, what: string): Markup {
  return html`
    <button type="button" class="copy" data-copy="${text}"
      aria-label="Copy ${what}">Copy</button>
  `;
}

/** Who this node is, and where it listens. */
export function nodeSection(snapshot: Snapshot): Markup {
  const { peer, addresses, command, session, atMs, startedMs } = snapshot;
  const told = session === undefined ? `Running as ${command}` : `Computation, ${command}`;
  const name = peer === undefined
    ? "Starting…"
    : html`<code>${peer}</code>${copyButton(peer, "peer id")}`;
  return html`
    <section id="node" aria-labelledby="node-title">
      <p class="eyebrow">${told} · up for ${durationText(atMs - startedMs)}</p>
      <h1 id="node-title" class="peer">${name}</h1>
      ${addresses.length > 0 ? addressList(snapshot) : undefined}
    </section>
  `;
}

function addressList({ addresses, checkedAddresses }: Snapshot): Markup {
  const lines = addresses.map((address) => {
    const checked = checkedAddresses.includes(address)
      ? html`<span class="chip good">reached by others</span>`
      : undefined;
    return html`
      <li data-key="${address}">
        <code>${address}</code>${copyButton(address, "address")}${checked}
      </li>
    `;
  });
  const count = `${addresses.length} ${addresses.length === 1 ? "address" : "addresses"}`;
  return html`
    <details class="addresses">
      <summary>Listening on ${count}</summary>
      <ul>${lines}</ul>
    </details>
  `;
}

/** Numbers and how they were. */
export function gaugesSection({ gauges }: Snapshot): Markup {
  return html`<section id="gauges" aria-label="Gauges">${gauges.map(gaugeTile)}</section>`;
}

function gaugeTile({ name, samples }: Gauge): Markup {
  const { name: title, text } = GAUGES[name];
  const last = text(samples.at(-1) ?? 0);
  const most = text(Math.max(0, ...samples));
  return html`
    <div class="card gauge"
      data-key="${name}"><h2>${title}</h2><p class="value">${last}</p>${sparkline(
        samples,
        `${title} in the last minute: at most ${most}`,
      )}</div>
  `;
}

/** Who is connected; in a session, also as which party. */
export function peersSection({ peers, session }: Snapshot): Markup {
  const parties = new Map(session?.parties.map(({ party, peer }) => [peer, party]));
  const party = session && html`<th scope="col">Party</th>`;
  const rows = peers.map((peer) => {
    return peerRow(peer, session && html`<td>${parties.get(peer.peer) ?? "–"}</td>`);
  });
  const table = html`
    <div class="scroll" role="group" aria-labelledby="peers-title" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Peer</th>
            ${party}
            <th scope="col">Connection</th>
            <th scope="col" class="number">Round trip</th>
            <th scope="col">Standing</th>
            <th scope="col">Runs</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
  return html`
    <section id="peers" class="card" aria-labelledby="peers-title">
      <h2 id="peers-title">Peers <span class="count">${peers.length}</span></h2>
      ${rows.length === 0 ? NO_PEERS : table}
    </section>
  `;
}

function rttText(ms: number | undefined): string {
  if (ms === undefined) return "–";
  return ms < 1 ? "<1 ms" : durationText(ms);
}

function peerRow(view: PeerView, party: Markup | undefined): Markup {
  const { peer, alias, address, direction, via, rttMs, standing, score, agent, sinceMs } = view;
  const name = alias === undefined ? undefined : html`<strong>${alias}</strong>`;
  return html`
    <tr data-key="${peer} ${address}">
      <th scope="row">${name} <code title="${peer}">${shortPeer(peer)}</code></th>
      ${party}
      <td>${direction}, ${via}<br><code class="small">${address.replace(
        /\/p2p\/[^/]*$/,
        "",
      )}</code></td>
      <td class="number">${rttText(rttMs)}</td>
      <td><span class="chip ${standing}" title="score ${score.toFixed(1)}">${standing}</span></td>
      <td class="agent">${agent ?? "–"}</td>
      <td><time datetime="${new Date(sinceMs).toISOString()}">${timeText(sinceMs)}</time></td>
    </tr>
  `;
}

/** What a node listens to. */
export function topicsSection({ topics }: Snapshot): Markup {
  const rows = topics.map(({ name, listeners }) =>
    html`
      <tr data-key="${name}">
        <th scope="row">${name}</th>
        <td class="number">${listeners}</td>
      </tr>
    `
  );
  const table = html`
    <table>
      <thead>
        <tr>
          <th scope="col">Topic</th>
          <th scope="col" class="number">Peers that listen</th>
        </tr>
      </thead>
      <tbody>${rows}</tbody>
    </table>
  `;
  return html`
    <section id="topics" class="card" aria-labelledby="topics-title">
      <h2 id="topics-title">Topics <span class="count">${topics.length}</span></h2>
      ${rows.length === 0 ? NO_TOPICS : table}
    </section>
  `;
}

/** What somebody should look at. */
export function warningsSection({ warnings }: Snapshot): Markup {
  const table = html`
    <div class="scroll" role="group" aria-labelledby="warnings-title" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Time, UTC</th>
            <th scope="col">Level</th>
            <th scope="col">Module</th>
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>${warnings.map(warningRow)}</tbody>
      </table>
    </div>
  `;
  return html`
    <section id="warnings" class="card" aria-labelledby="warnings-title">
      <h2 id="warnings-title">Warnings <span class="count">${warnings.length}</span></h2>
      ${warnings.length === 0 ? NO_WARNINGS : table}
    </section>
  `;
}

function warningRow({ number, atMs, level, module, text }: Warning): Markup {
  return html`
    <tr data-key="warning-${number}">
      <td><time datetime="${new Date(atMs).toISOString()}">${timeText(atMs)}</time></td>
      <td><span class="chip ${level === "error" ? "bad" : "wait"}">${level}</span></td>
      <td>${module}</td>
      <th scope="row" class="told">${text}</th>
    </tr>
  `;
}
