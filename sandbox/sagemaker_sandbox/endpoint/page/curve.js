// The objective's curve: a dot for each trial that has a value, and the line of the best value so far.

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 260, 56, 12, 10, 34];
const TICKS = 5;

export function drawCurve(figure, plot, caption, job) {
  const trials = job.trials.map((trial, index) => ({ ...trial, order: index + 1 })).filter((trial) => trial.objective !== null);
  figure.hidden = trials.length === 0;
  if (figure.hidden) return;
  const [metric, type] = Object.entries(job.objectives)[0];
  const best = trials.find((trial) => trial.arn === job.bestTrial);
  caption.textContent = `${metric} by trial, and the best so far. ${type}: ${short(best?.objective ?? trials[0].objective)} in trial ${best?.order ?? trials[0].order} of ${job.trials.length}.`;

  const across = scale([1, Math.max(2, job.trials.length)], [LEFT + 8, WIDTH - RIGHT - 8]);
  const values = trials.map((trial) => trial.objective);
  const [low, high] = spread(Math.min(...values), Math.max(...values));
  const up = scale([low, high], [HEIGHT - BOTTOM, TOP]);
  plot.replaceChildren(
    ...ticks(low, high).flatMap((value) => [
      shape("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: up(value), y2: up(value) }),
      shape("text", { x: LEFT - 8, y: up(value) + 4, "text-anchor": "end" }, short(value)),
    ]),
    ...orders(job.trials.length).map((order) =>
      shape("text", { x: across(order), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, order),
    ),
    shape("path", { class: "best", d: bestPath(trials, type, across, up) }),
    ...trials.map((trial) => {
      const attributes = { cx: across(trial.order), cy: up(trial.objective), r: 4.5 };
      const dot = shape("circle", { class: trial.arn === job.bestTrial ? "trial is-best" : "trial", ...attributes });
      dot.append(shape("title", {}, `Trial ${trial.order}: ${short(trial.objective)}`));
      return dot;
    }),
  );
}

function bestPath(trials, type, across, up) {
  const isBetter = type === "Maximize" ? (a, b) => a > b : (a, b) => a < b;
  let [best, path] = [trials[0].objective, `M${across(trials[0].order)},${up(trials[0].objective)}`];
  for (const trial of trials.slice(1)) {
    path += `H${across(trial.order)}`;
    if (isBetter(trial.objective, best)) path += `V${up((best = trial.objective))}`;
  }
  return path;
}

function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function scale([from, to], [start, end]) {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

function spread(low, high) {
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - margin, high + margin];
}

// Round values between low and high, about as many as TICKS.
function ticks(low, high) {
  const power = 10 ** Math.floor(Math.log10((high - low) / TICKS));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => (high - low) / size <= TICKS);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

function orders(count) {
  const step = Math.max(1, Math.ceil(count / 12));
  return Array.from({ length: Math.floor((count - 1) / step) + 1 }, (_, index) => 1 + index * step);
}

function short(value) {
  return String(Number(value.toPrecision(4)));
}
