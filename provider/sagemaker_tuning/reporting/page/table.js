"use strict";
// Tables that sort by a click on a column's name and show only the rows that are asked for.
(() => {
  const order = new Intl.Collator("en", { numeric: true });

  for (const table of document.querySelectorAll("table.sortable")) {
    table.tHead.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) sort(table, button.closest("th"));
    });
  }
  for (const form of document.querySelectorAll("form.filter")) {
    const table = document.getElementById(form.dataset.table);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => filter(form, table));
  }

  function sort(table, heading) {
    const isDescending = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.querySelectorAll("th")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows].map((row) => [key(row.cells[heading.cellIndex]), row]);
    rows.sort(([a], [b]) => compare(a, b, isDescending));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }

  // A number where the cell has one, else its text; null for the dash of a cell that has nothing.
  function key(cell) {
    const text = cell.dataset.value ?? cell.textContent.trim();
    if (text === "–") return null;
    const number = Number(text);
    return text === "" || Number.isNaN(number) ? text : number;
  }

  // What has no value is last in both directions.
  function compare(a, b, isDescending) {
    if (a === null || b === null) return (a === null) - (b === null);
    const isNumeric = typeof a === "number" && typeof b === "number";
    const difference = isNumeric ? a - b : order.compare(String(a), String(b));
    return isDescending ? -difference : difference;
  }

  function filter(form, table) {
    const text = form.elements.text.value.trim().toLowerCase();
    const status = form.elements.status.value;
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) {
      row.hidden = (status && row.dataset.status !== status) || !row.textContent.toLowerCase().includes(text);
    }
    const shown = rows.filter((row) => !row.hidden).length;
    form.querySelector("output").textContent = shown === rows.length ? `${shown} trials` : `${shown} of ${rows.length} trials`;
  }
})();
