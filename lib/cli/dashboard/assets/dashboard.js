// Keeps the page up to date. The page is whole without it: what it gets are parts of the page, made by the server.
"use strict";

const THEMES = {
  auto: { label: "Auto", told: "colours of the system" },
  light: { label: "Light", told: "light colours" },
  dark: { label: "Dark", told: "dark colours" },
};
const THEME_KEY = "p2p-mpc theme";
const root = document.documentElement;

function storedTheme() {
  const name = localStorage.getItem(THEME_KEY);
  return Object.hasOwn(THEMES, name ?? "") ? name : "auto";
}

/** The child of `old` that `next` is a new state of. */
function counterpart(old, next, position) {
  const key = next.dataset?.key;
  if (key !== undefined) return [...old.children].find((child) => child.dataset.key === key);
  const child = old.childNodes[position];
  return child?.nodeName === next.nodeName && child.dataset?.key === undefined ? child : undefined;
}

/** Makes `old` look like `next` with as few changes as possible, so that focus and selection stay. */
function update(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
    return;
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    // Why: what the user has opened stays open.
    if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  [...next.childNodes].forEach((child, position) => {
    const present = counterpart(old, child, position);
    const place = old.childNodes[position] ?? null;
    if (present === undefined) old.insertBefore(document.importNode(child, true), place);
    else {
      update(present, child);
      if (present !== place) old.insertBefore(present, place);
    }
  });
  while (old.childNodes.length > next.childNodes.length) old.lastChild.remove();
}

function showState(state, text) {
  const live = document.querySelector(".live");
  live.dataset.state = state;
  live.querySelector(".text").textContent = text;
}

function listen() {
  const events = new EventSource(document.body.dataset.events);
  let isOver = false;
  events.onopen = () => {
    // Why: what answers now may be another process with other parts.
    if (isOver) location.reload();
    else showState("live", "live");
  };
  events.onerror = () => {
    if (!isOver) showState("lost", "not to be reached");
  };
  events.addEventListener("end", () => {
    isOver = true;
    showState("ended", "has ended");
  });
  events.addEventListener("sections", ({ data }) => {
    for (const [id, text] of Object.entries(JSON.parse(data))) {
      const next = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
      update(document.getElementById(id), next);
    }
  });
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
  setTimeout(() => button.textContent = "Copy", 1500);
}

function showTheme(name) {
  const button = document.querySelector(".theme");
  button.textContent = THEMES[name].label;
  button.setAttribute("aria-label", `${THEMES[name].label}: ${THEMES[name].told}`);
}

function nextTheme() {
  const names = Object.keys(THEMES);
  const name = names[(names.indexOf(storedTheme()) + 1) % names.length];
  localStorage.setItem(THEME_KEY, name);
  root.dataset.theme = name;
  showTheme(name);
}

root.classList.add("scripted");
root.dataset.theme = storedTheme();
document.addEventListener("DOMContentLoaded", () => {
  showTheme(storedTheme());
  listen();
});
document.addEventListener("click", ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return;
  if (target.dataset.copy !== undefined) void copy(target);
  else if (target.classList.contains("theme")) nextTheme();
});
