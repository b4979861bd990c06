/** How far a computation is, how fast it goes, and when that is worth a line. */
import { sizeText } from "../base/mod.ts";
import type { Event, Phase } from "./event.ts";
import { secondsText } from "./units.ts";

/** A phase reports at most once in this time, beside its completion. */
export const PROGRESS_INTERVAL_MS = 3000;

/** An event of progress. */
export type Progress = Event & { readonly kind: "progress" };

/**
 * A filter for progress: a line when a phase is complete, and in between at most one each
 * {@linkcode PROGRESS_INTERVAL_MS}.
 *
 * @param now milliseconds since 1970.
 */
export function progressFilter(now: () => number): (event: Progress) => boolean {
  let shownAtMs: number | undefined;
  let completed = "";
  return (event) => {
    const time = now();
    shownAtMs ??= time;
    if (event.done >= event.total) {
      if (completed === event.phase) return false;
      completed = event.phase;
    } else {
      completed = "";
      if (time - shownAtMs < PROGRESS_INTERVAL_MS) return false;
    }
    shownAtMs = time;
    return true;
  };
}

/** The phases of one party in order; garbling and evaluation are the same one of two parties. */
const STAGES: readonly (readonly Phase[])[] = [
  ["setup"],
  ["authenticated bits"],
  ["leaky ANDs"],
  ["buckets"],
  ["inputs"],
  ["garbling", "evaluation"],
  ["output"],
];

/** The phase as a number of all phases, such as `3/7`. */
export function stageText(phase: Phase): string {
  const stage = STAGES.findIndex((phases) => phases.includes(phase));
  return `${stage + 1}/${STAGES.length}`;
}

/** Stages in which every AND gate is work. */
const WORK: readonly (readonly Phase[])[] = STAGES.filter(([phase]) => {
  return phase !== "setup" && phase !== "inputs" && phase !== "output";
});

/** How fast a computation goes. */
export interface Pace {
  /** AND gates per second, over all stages; undefined before there is a first. */
  readonly gatesPerSecond?: number;
  /** Seconds until the end, as far as the past tells. */
  readonly secondsLeft?: number;
}

/** The pace of one computation: its stages count alike, and a gate is done when it has passed all of them. */
export class PaceMeter {
  readonly #done: number[];
  #total = 0;
  #startMs: number | undefined;

  /** Begins with nothing done. @param uses whether the gates are computed; otherwise material for them is all that is made. */
  constructor(uses = true) {
    this.#done = (uses ? WORK : WORK.slice(0, -1)).map(() => 0);
  }

  /** AND gates that are done: the mean over all stages. */
  get gates(): number {
    return this.#done.reduce((sum, count) => sum + count, 0) / this.#done.length;
  }

  /** Part of the work that is done, from 0 to 1. */
  get fraction(): number {
    return this.#total === 0 ? 0 : this.gates / this.#total;
  }

  /** Takes note of an event at `nowMs`, in milliseconds since 1970, and tells the pace. */
  add({ phase, done, total }: Progress, nowMs: number): Pace {
    this.#startMs ??= nowMs;
    this.#total = total;
    const stage = WORK.findIndex((phases) => phases.includes(phase));
    if (stage >= 0 && stage < this.#done.length) this.#done[stage] = done;
    return this.pace(nowMs);
  }

  /** The pace as of `nowMs`, in milliseconds since 1970. */
  pace(nowMs: number): Pace {
    const { gates } = this;
    const seconds = (nowMs - (this.#startMs ?? nowMs)) / 1000;
    if (gates === 0 || seconds <= 0) return {};
    const gatesPerSecond = gates / seconds;
    return { gatesPerSecond, secondsLeft: Math.max(0, this.#total - gates) / gatesPerSecond };
  }
}

/** The parts of a pace in words, with the bytes of the event. */
export function paceTexts({ bytes }: Progress, { gatesPerSecond, secondsLeft }: Pace): string[] {
  return [
    ...(bytes === undefined ? [] : [sizeText(bytes)]),
    ...(gatesPerSecond === undefined
      ? []
      : [`${Math.round(gatesPerSecond).toLocaleString("en-US")} gates/s`]),
    ...(secondsLeft === undefined || secondsLeft === 0
      ? []
      : [`about ${secondsText(secondsLeft)} left`]),
  ];
}

/** Progress in words. */
export function progressText(event: Progress, pace: Pace = {}): string {
  const { phase, done, total } = event;
  const rest = paceTexts(event, pace).map((text) => `, ${text}`).join("");
  return `${phase}: ${done} of ${total} AND gates (${percentOf(event)} %)${rest}`;
}

/** How much of its phase an event has done, in percent. */
export function percentOf({ done, total }: Progress): number {
  return total === 0 ? 100 : Math.floor(done / total * 100);
}
