/** The page of the dashboard. It is whole without its script, which only keeps it up to date. */
import { shortPeer } from "../../base/mod.ts";
import { html, type Markup } from "./markup.ts";
import {
  gaugesSection,
  nodeSection,
  peersSection,
  topicsSection,
  warningsSection,
} from "./node_sections.ts";
import { sessionSection } from "./session_section.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Part } from "./viewers.ts";
import { timeText } from "./words.ts";

/** Paths of the page and of what belongs to it. */
export const PATHS = {
  page: "/",
  style: "/dashboard.css",
  script: "/dashboard.js",
  icon: "/dashboard.svg",
  status: "/api/v1/status",
  events: "/api/v1/events",
} as const;

/** Seconds after which a browser without scripts loads the page again. */
const RELOAD_SECONDS = 5;

/** Makes a part of the page that is sent again when it has changed. */
interface Section {
  /** The id of its element. */
  readonly id: string;
  /** What the way to it is called; undefined: none is needed. */
  readonly name?: string;
  readonly show: (snapshot: Snapshot) => Markup;
}

const SESSION: Section = { id: "session", name: "Session", show: sessionSection };
const TOPICS: Section = { id: "topics", name: "Topics", show: topicsSection };

/** The parts that change: a computation joins no topics, and a node has no session. */
function sectionsOf({ session }: Snapshot): readonly Section[] {
  return [
    { id: "node", show: nodeSection },
    { id: "gauges", show: gaugesSection },
    ...(session === undefined ? [] : [SESSION]),
    { id: "peers", name: "Peers", show: peersSection },
    ...(session === undefined ? [TOPICS] : []),
    { id: "warnings", name: "Warnings", show: warningsSection },
  ];
}

/** The parts that change, by the ids of their elements. */
export function parts(snapshot: Snapshot): Part[] {
  return sectionsOf(snapshot).map(({ id, show }) => ({ id, text: show(snapshot).text }));
}

/** The whole page. */
export function page(snapshot: Snapshot): string {
  const name = snapshot.peer === undefined ? "" : `${shortPeer(snapshot.peer)} · `;
  const shown = sectionsOf(snapshot);
  const links = shown.map((section) =>
    section.name && html`<a href="#${section.id}">${section.name}</a>`
  );
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${name}p2p-mpc</title>
        <link rel="icon" type="image/svg+xml" href="${PATHS.icon}">
        <link rel="stylesheet" href="${PATHS.style}">
        <script src="${PATHS.script}"></script>
        <noscript><meta http-equiv="refresh" content="${RELOAD_SECONDS}"></noscript>
      </head>
      <body data-events="${PATHS.events}">
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="${PATHS.page}">${logo()}<span>p2p-mpc</span></a>
          <nav aria-label="Parts of the page">${links}</nav>
          <p class="live"
            role="status"><span class="dot"></span><span class="text">as of ${timeText(
              snapshot.atMs,
            )} UTC</span></p>
          <button type="button" class="theme" aria-label="Auto: colours of the system">Auto</button>
        </header>
        <main id="main" tabindex="-1">
    ${shown.map(({ show }) => show(snapshot))}
        </main>
        <footer>
          <p>p2p-mpc ${snapshot.version} · <a href="/metrics">metrics</a> · <a href="${PATHS
            .status}">status as JSON</a></p>
          <p>This page only shows. It knows no input, no result, no key and no ticket.</p>
        </footer>
      </body>
    </html>
  `.text;
}

/** Three parties that are connected each with each, and what they compute between them. */
function logo(): Markup {
  return html`
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 6 6 24h20z" />
      <circle cx="16" cy="6" r="4" />
      <circle cx="6" cy="24" r="4" />
      <circle cx="26" cy="24" r="4" />
      <circle class="core" cx="16" cy="18" r="2.5" />
    </svg>
  `;
}
