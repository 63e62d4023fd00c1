// The live page: asks for the sandbox's state each second and draws it.
// Everything that a job can contain goes into the page as text, through `make` or textContent, never as markup.

import { drawCurve } from "/_sandbox/curve.js";

const POLL_MILLISECONDS = 1000;
const TONES = { Completed: "good", Failed: "bad" };
const ENDED = new Set(["Completed", "Failed", "Stopped"]);

const place = (id) => document.getElementById(id);
// What is being looked at: null shows the newest tuning job. The address keeps it, for a reload and for a link.
const chosen = { job: addressed("job"), trainingJob: addressed("training_job") };
let drawn = "";
let statuses = new Map();

function addressed(key) {
  return new URLSearchParams(location.hash.slice(1)).get(key);
}

function choose(job, trainingJob) {
  Object.assign(chosen, { job, trainingJob });
  const address = new URLSearchParams({ job });
  if (trainingJob) address.set("training_job", trainingJob);
  history.replaceState(null, "", `#${address}`);
  drawn = "";
  refresh();
}

function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...content.map((item) => (item instanceof Node ? item : String(item))));
  return element;
}

function show(element, text) {
  element.hidden = !text;
  element.textContent = text ?? "";
}

function number(value) {
  return value === null || value === undefined ? "–" : String(Number(value.toPrecision(6)));
}

function duration(from, to) {
  if (from === null) return "–";
  const seconds = Math.max(0, Math.round(((to ?? Date.now()) - from) / 1000));
  const minutes = Math.floor(seconds / 60);
  if (!minutes) return `${seconds} s`;
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function tone(status) {
  return TONES[status] ?? (ENDED.has(status) ? "" : "under-way");
}

// ------------------------------------------------------------------------------------------------------ tuning jobs

function drawJobs(state) {
  const shown = state.shown?.arn;
  const items = state.tuningJobs.map((job) => jobButton(job.arn, job.arn === shown, job.name, job.status, progress(job)));
  if (state.singleTrainingJobs) {
    items.push(jobButton("", shown === "", "Training jobs of no tuning job", "", `${state.singleTrainingJobs} in all`));
  }
  place("jobs").replaceChildren(...items);
  place("no-jobs").hidden = items.length > 0;
}

function jobButton(arn, isShown, name, status, detail) {
  const attributes = { "data-key": `job ${arn}`, "aria-current": isShown && "true", onclick: () => choose(arn, null) };
  const words = status ? [make("span", { class: tone(status) }, status), ` · ${detail}`] : [detail];
  const label = [make("span", { class: "name" }, name), make("span", { class: "detail" }, ...words)];
  return make("li", {}, make("button", { type: "button", ...attributes }, ...label));
}

function progress(job) {
  const ended = Object.entries(job.trialCounts).reduce((sum, [status, count]) => sum + (ENDED.has(status) ? count : 0), 0);
  return job.mostTrials ? `${ended} of ${job.mostTrials} trials` : `${ended} trials`;
}

function drawFacts(job) {
  const [metric, type] = Object.entries(job.objectives ?? {})[0] ?? [];
  const facts = job.status
    ? [
        ["Status", make("span", { class: tone(job.status) }, job.status)],
        ["Strategy", job.strategy],
        ["Objective", metric ? `${type} ${metric}` : "–"],
        ["Best", number(job.best)],
        ["Trials", progress(job)],
        ["Time", duration(job.created, job.ended)],
      ]
    : [["Training jobs", job.trials.length]];
  place("job-name").textContent = job.name;
  place("job-facts").replaceChildren(...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  show(place("job-failure"), job.failureReason);
}

// ----------------------------------------------------------------------------------------------------------- trials

function drawTrials(job) {
  const parameters = [...new Set(job.trials.flatMap((trial) => Object.keys(trial.tuned)))];
  const isTuning = Boolean(job.status);
  const columns = [["#", "number"], ["Training job"], ["Status"], ...(isTuning ? [["Objective", "number"]] : [])];
  columns.push(...parameters.map((name) => [name]), ["Time", "number"]);
  const head = columns.map(([name, kind]) => make("th", { scope: "col", class: kind ?? null }, name));
  place("trial-columns").replaceChildren(make("tr", {}, ...head));
  place("trials").replaceChildren(...job.trials.map((trial, index) => trialRow(job, trial, index, parameters, isTuning)));
}

function trialRow(job, trial, index, parameters, isTuning) {
  const isBest = trial.arn === job.bestTrial;
  const isChosen = trial.arn === chosen.trainingJob;
  const button = make(
    "button",
    {
      type: "button",
      "data-key": `trial ${trial.arn}`,
      "aria-pressed": String(isChosen),
      title: "Show its log",
      onclick: () => choose(job.arn, isChosen ? null : trial.arn),
    },
    trial.name,
  );
  return make(
    "tr",
    { class: [isBest && "is-best", isChosen && "is-chosen"].filter(Boolean).join(" ") },
    make("td", { class: "number" }, index + 1),
    make("th", { scope: "row" }, button),
    make("td", { class: tone(trial.status) }, trial.status, isBest ? " (best)" : ""),
    ...(isTuning ? [make("td", { class: "number" }, number(trial.objective))] : []),
    ...parameters.map((name) => make("td", {}, trial.tuned[name] ?? "–")),
    make("td", { class: "number" }, duration(trial.started, trial.ended)),
  );
}

// -------------------------------------------------------------------------------------------------------------- log

async function drawLog(job) {
  const trial = job.trials.find((item) => item.arn === chosen.trainingJob);
  place("log").hidden = !trial;
  if (!trial) return;
  place("log-title").textContent = `Log of ${trial.name}`;
  show(place("trial-failure"), trial.failureReason);
  const answer = await fetch(`/_sandbox/log?${new URLSearchParams({ training_job: trial.arn })}`);
  const text = answer.ok ? await answer.text() : "";
  const log = place("log-text");
  const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  const shown = text || (trial.hasEnded ? "It printed nothing." : "Nothing printed yet.");
  if (log.textContent === shown) return;
  log.textContent = shown;
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

// ------------------------------------------------------------------------------------------------------------- page

function announce(state) {
  const now = new Map(state.tuningJobs.map((job) => [job.name, job.status]));
  const news = [...now].filter(([name, status]) => statuses.get(name) !== status).map((item) => item.join(" is "));
  if (news.length) place("announcement").textContent = news.length > 3 ? `${news.length} jobs have a new status` : news.join(", ");
  statuses = now;
}

function draw(state) {
  const focused = document.activeElement?.dataset?.key;
  announce(state);
  drawJobs(state);
  place("shown").hidden = !state.shown;
  if (state.shown) {
    drawFacts(state.shown);
    drawCurve(place("curve"), place("curve-plot"), place("curve-caption"), state.shown);
    drawTrials(state.shown);
  }
  // What had the focus was made anew.
  if (focused) [...document.querySelectorAll("[data-key]")].find((item) => item.dataset.key === focused)?.focus();
}

async function refresh() {
  const query = chosen.job === null ? "" : `?${new URLSearchParams({ job: chosen.job })}`;
  let text;
  try {
    text = await (await fetch(`/_sandbox/state${query}`)).text();
  } catch {
    place("announcement").textContent = "The sandbox does not answer. Is it still running?";
    statuses = new Map();
    drawn = "";
    return;
  }
  const state = JSON.parse(text);
  const isMoving = state.shown?.trials.some((trial) => !trial.hasEnded) || !ENDED.has(state.shown?.status ?? "Completed");
  if (text !== drawn || isMoving) draw(state);
  drawn = text;
  if (state.shown) await drawLog(state.shown);
}

async function poll() {
  await refresh();
  setTimeout(poll, POLL_MILLISECONDS);
}

window.addEventListener("hashchange", () => {
  Object.assign(chosen, { job: addressed("job"), trainingJob: addressed("training_job") });
  drawn = "";
  refresh();
});
poll();
