/** How often a party says its messages again: often at first, and ever more seldom while nothing changes. */
import {
  ownMessages,
  say,
  type SessionEffect,
  type SessionState,
  stay,
  type Step,
} from "./state.ts";

/** Says everything again. */
export function repeat(state: SessionState, now: number): Step {
  const { phase, members: { size: members }, said, roster, config } = state;
  const isNews = said.phase !== phase || said.members !== members;
  const times = isNews ? 0 : said.times + 1;
  // Why quietly: those on the roster have direct connections, and gossip reaches each many times.
  const isQuiet = roster !== undefined && config.dials === "everybody" && times % LOUD_EVERY !== 0;
  const effects = ownMessages(state).map((message): SessionEffect => {
    return isQuiet ? { ...say(state, message), isQuiet } : say(state, message);
  });
  return { state: { ...state, said: { at: now, phase, members, times } }, effects };
}

/** Says everything again, because somebody may have missed it; among many soon, not at once for each. */
export function repeatSoon(state: SessionState, now: number): Step {
  return now < state.said.at + leastMs(state) - REPEAT_MS ? stay(state) : repeat(state, now);
}

/** Whether it is time to say everything again. */
export function isRepeatDue(state: SessionState, now: number): boolean {
  const { phase, members, said } = state;
  const isNews = said.phase !== phase || said.members !== members.size;
  const slower = isNews ? 1 : Math.min(2 ** Math.floor(said.times / PATIENT_TIMES), SLOWER_MAX);
  return now >= said.at + leastMs(state) * slower;
}

/** Time between two repetitions among few. */
export const REPEAT_MS = 250;
/** Parties up to which this holds. What all say grows with the square of their number. */
const FEW_PARTIES = 4;
/** Repetitions after which the time between two is doubled, and the most that it becomes longer. */
const PATIENT_TIMES = 4;
const SLOWER_MAX = 8;
/** Once all are known, every so many repetitions are said to all, and not only over direct connections. */
const LOUD_EVERY = 4;

/** Least time between two repetitions. */
function leastMs({ config }: SessionState): number {
  return REPEAT_MS * Math.max(1, config.ticket.parties / FEW_PARTIES);
}
