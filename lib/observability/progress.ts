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

/**
 * The pace of one computation: its stages count alike, and a gate is done when it has passed all of them.
 *
 * @param now milliseconds since 1970.
 */
export function paceMeter(now: () => number): (event: Progress) => Pace {
  const done = WORK.map(() => 0);
  let startMs: number | undefined;
  return ({ phase, done: gates, total }) => {
    startMs ??= now();
    const stage = WORK.findIndex((phases) => phases.includes(phase));
    if (stage >= 0) done[stage] = gates;
    const passed = done.reduce((sum, count) => sum + count, 0) / done.length;
    const seconds = (now() - startMs) / 1000;
    if (passed === 0 || seconds <= 0) return {};
    const gatesPerSecond = passed / seconds;
    return { gatesPerSecond, secondsLeft: Math.max(0, total - passed) / gatesPerSecond };
  };
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
