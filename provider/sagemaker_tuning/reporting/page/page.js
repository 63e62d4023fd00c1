"use strict";
// Unpacks plotly.js, draws the figures of the sections that are open, and follows the reader's light or dark theme.
(async () => {
  // Named one by one: among plotly's own choice is one that uploads the chart.
  const [PICTURE, ZOOM] = [["toImage"], ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]];
  const CONFIG = { responsive: true, displaylogo: false, plotlyServerURL: "" };
  const LIGHT = { text: "#1b2330", grid: "#dfe3ea", ground: "#ffffff" };
  const DARK = { text: "#e7ebf1", grid: "#384252", ground: "#1a2029" };
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const problem = document.getElementById("problem");
  problem.hidden = true;

  try {
    await loadPlotly();
  } catch (error) {
    problem.textContent = `The plots cannot be drawn in this browser (${error.message}). The tables are complete.`;
    problem.hidden = false;
    return;
  }

  await drawOpen();
  document.documentElement.dataset.drawn = "true";
  document.addEventListener("toggle", (event) => (event.target.open ? drawOpen() : eraseIn(event.target)), true);
  isDark.addEventListener("change", () => paint(isDark.matches ? DARK : LIGHT));
  addEventListener("beforeprint", () => paint(LIGHT));
  addEventListener("afterprint", () => paint(isDark.matches ? DARK : LIGHT));
  addEventListener("hashchange", openTarget);
  openTarget();

  async function loadPlotly() {
    const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), (char) => char.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(unpacked).text();
    document.head.append(script);
    if (typeof Plotly === "undefined") throw new Error("plotly.js did not start");
  }

  function plots() {
    return [...document.querySelectorAll(".plot")];
  }

  // One after the other, so that the page can be read and scrolled meanwhile.
  async function drawOpen() {
    for (const place of plots()) {
      if (place.data || place.closest("details:not([open])")) continue;
      const { data, layout } = figures[place.id];
      const config = { ...CONFIG, modeBarButtons: data[0].type === "parcoords" ? [PICTURE] : [PICTURE, ZOOM] };
      await Plotly.newPlot(place, data, { ...layout, ...colors(layout, isDark.matches ? DARK : LIGHT) }, config);
      place.on("plotly_click", ({ points }) => showTrial(place, points[0].customdata));
    }
  }

  // Browsers draw at most sixteen WebGL canvases; parallel coordinates take three each.
  function eraseIn(section) {
    for (const place of section.querySelectorAll(".plot")) if (place.data) Plotly.purge(place);
  }

  function colors(layout, theme) {
    const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
    const lines = { gridcolor: theme.grid, linecolor: theme.grid, zerolinecolor: theme.grid };
    return {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: theme.text, family: "system-ui, sans-serif", size: 12 },
      hoverlabel: { bgcolor: theme.ground, bordercolor: theme.grid, font: { color: theme.text }, align: "left" },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.grid, activecolor: theme.text },
      ...Object.fromEntries(axes.map((name) => [name, { ...layout[name], ...lines }])),
    };
  }

  function paint(theme) {
    for (const place of plots()) if (place.data) Plotly.relayout(place, colors(place.layout, theme));
  }

  function showTrial(place, number) {
    const section = place.closest("details.job") ?? document;
    const row = section.querySelector(`tr[data-trial="${number}"]`);
    if (!row) return;
    row.hidden = false;
    for (const other of section.querySelectorAll("tr.is-chosen")) other.classList.remove("is-chosen");
    row.classList.add("is-chosen");
    row.scrollIntoView({ block: "center" });
  }

  // A link to a part of a job that is closed opens it.
  function openTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const section = target && target.closest("details");
    if (section && !section.open) {
      section.open = true;
      target.scrollIntoView();
    }
  }
})();
