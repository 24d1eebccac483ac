// Choices -> figures -> chart, table, definition. The figures are in the element #data (see payload.py for their shape).
"use strict";
const DATA = JSON.parse(document.getElementById("data").textContent);
const NARROW = "\u202f", MINUS = "\u2212";
const BY_ID = new Map(DATA.indicators.map((one) => [one.id, one]));
const $ = (id) => document.getElementById(id);
const UNITS = { count: "effectif", percent: "%", ratio: "moyenne", fte: "ETP" };

// ---- figures
function figure(indicator, at, category) {
  const numerator = indicator.n[category][at];
  if (numerator === null) return null;
  const [year, territory, plie] = indicator.places[at];
  const hidden = numerator === DATA.hidden;
  const bases = indicator.d.length > 1 ? indicator.d[category] : indicator.d[0];
  const withheld = !hidden && bases !== undefined && bases[at] === DATA.hidden; // the count is public, its base is not
  const base = hidden || withheld || !bases ? null : bases[at];
  let value = null;
  if (!hidden) {
    if (indicator.unit === "count") value = numerator;
    else if (base) value = (indicator.unit === "percent" ? 100 : 1) * numerator / base;
  }
  return { year, territory, plie, category, hidden: hidden || withheld, withheld, numerator: hidden ? null : numerator, base, value };
}

function figures(indicator, wanted) {
  const found = [];
  indicator.places.forEach(([year, territory], at) => {
    if (wanted.year !== undefined && year !== wanted.year) return;
    if (wanted.territory !== undefined && territory !== wanted.territory) return;
    if (wanted.scope !== undefined && DATA.territories[territory][0] !== wanted.scope) return;
    indicator.categories.forEach((_, category) => {
      if (wanted.category !== undefined && category !== wanted.category) return;
      const one = figure(indicator, at, category);
      if (one) found.push(one);
    });
  });
  return found;
}

// ---- words
function round(value, decimals) { // half away from zero, after nine places: the rule of the warehouse
  const exact = Number(Math.abs(value).toFixed(9));
  return Math.sign(value) * Number(Math.round(Number(exact + "e" + decimals)) + "e-" + decimals);
}
function number(value, decimals = 0) {
  const [whole, part] = Math.abs(round(value, decimals)).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, NARROW) + (part ? "," + part : "");
  return round(value, decimals) < 0 ? MINUS + text : text;
}
function shown(one, indicator) {
  if (one.hidden) return "s";
  if (one.value === null) return "–";
  const text = number(one.value, Math.max(indicator.decimals, indicator.unit === "percent" ? 1 : 0));
  return indicator.unit === "percent" ? text + NARROW + "%" : text;
}
const whole = (value) => value === null ? "–" : number(value, Number.isInteger(value) ? 0 : 1);
const place = (at) => DATA.territories[at][2];
const categoryLabel = (indicator, at) => indicator.categories[at][1];

// ---- choices
const state = { indicator: OPENING, view: "time", scope: "national", territory: 0, category: 0, year: DATA.edition.year };

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, label]) => new Option(label, value, false, String(value) === String(chosen))));
}
function fillIndicators() {
  for (const [section, label] of DATA.sections) {
    const group = document.createElement("optgroup");
    group.label = label;
    for (const one of DATA.indicators.filter((each) => each.section === section)) group.append(new Option(one.label, one.id));
    if (group.children.length) $("indicator").append(group);
  }
}
function settle() { // keeps the choice possible, and offers only what exists
  const indicator = BY_ID.get(state.indicator) ?? DATA.indicators[0];
  state.indicator = indicator.id;
  const single = indicator.categories.length === 1;
  const known = new Set(indicator.places.map((one) => one[1]));
  const scopes = DATA.scopes.filter(([scope]) => [...known].some((at) => DATA.territories[at][0] === scope));
  if (!scopes.some(([scope]) => scope === state.scope)) state.scope = scopes[0][0];
  if (single && state.view === "parts") state.view = "time";
  if (state.scope === "national" && state.view === "places") state.scope = scopes.length > 1 ? scopes[1][0] : "national";
  const territories = [...known].filter((at) => DATA.territories[at][0] === state.scope).sort((a, b) => a - b);
  if (!territories.includes(state.territory)) state.territory = territories[0];
  const years = DATA.years.filter((year) => indicator.places.some((one) => one[0] === year
    && (state.view === "places" ? DATA.territories[one[1]][0] === state.scope : one[1] === state.territory)));
  if (!years.includes(state.year)) state.year = years[0];
  if (state.category >= indicator.categories.length) state.category = 0;
  $("indicator").value = indicator.id;
  $("view").value = state.view;
  $("view").querySelector('[value="parts"]').disabled = single;
  options($("scope"), scopes.filter(([scope]) => state.view !== "places" || scope !== "national" || scopes.length === 1), state.scope);
  options($("territory"), territories.map((at) => [at, place(at)]), state.territory);
  options($("category"), indicator.categories.map(([, label], at) => [at, label]), state.category);
  options($("year"), years.map((year) => [year, year]), state.year);
  $("territory-field").hidden = state.view === "places" || state.scope === "national";
  $("category-field").hidden = single || state.view === "parts";
  $("year-field").hidden = state.view === "time";
  return indicator;
}
function chosen(indicator) {
  if (state.view === "time") return figures(indicator, { territory: state.territory, category: state.category }).sort((a, b) => a.year - b.year);
  if (state.view === "parts") return figures(indicator, { territory: state.territory, year: state.year });
  const order = (one) => one.value === null ? -Infinity : one.value;
  return figures(indicator, { scope: state.scope, year: state.year, category: state.category })
    .sort((a, b) => order(b) - order(a) || place(a.territory).localeCompare(place(b.territory), "fr"));
}
function head(one, indicator) {
  if (state.view === "time") return String(one.year);
  return state.view === "parts" ? categoryLabel(indicator, one.category) : place(one.territory);
}

// ---- chart
const AT_MOST = 60;
function sketch(rows, indicator, width) {
  const percent = indicator.unit === "percent", wanted = Math.max(indicator.decimals, percent ? 1 : 0);
  const values = rows.filter((one) => one.value !== null).slice(0, AT_MOST).map((one) => ({
    name: head(one, indicator), value: one.value, label: shown(one, indicator), year: one.year,
  }));
  const axis = { title: null, format: percent || wanted === 0 ? ",.0f" : ",." + wanted + "f", tickCount: 5, labelExpr: percent ? "datum.label + '\u202f%'" : "datum.label" };
  const config = {
    background: "transparent", font: "Segoe UI, Helvetica Neue, Helvetica, Liberation Sans, Arial, sans-serif", view: { stroke: null },
    axis: { labelFontSize: 13, labelColor: LOOK.soft, gridColor: LOOK.line, domainColor: LOOK.line, tickColor: LOOK.line, labelLimit: Math.min(320, width * 0.42) },
  };
  const tooltip = [{ field: "name", title: state.view === "time" ? "Année" : " " }, { field: "label", title: "Valeur" }];
  const base = { data: { values }, width, config, locale: { number: { decimal: ",", thousands: NARROW, grouping: [3], currency: ["", ""] } } };
  if (state.view === "time") {
    return { ...base, height: 300, encoding: { x: { field: "name", type: "ordinal", axis: { title: null, labelAngle: 0, grid: false } }, y: { field: "value", type: "quantitative", axis, scale: { zero: true, nice: true, ...(values.some((one) => one.value > 0) ? {} : { domainMax: percent ? 100 : 4 }) } }, tooltip },
      layer: [
        { mark: { type: "line", color: LOOK.accent, strokeWidth: 2.5 } },
        { mark: { type: "point", filled: true, size: 70, color: LOOK.accent, opacity: 1 } },
        { mark: { type: "text", dy: -14, fontSize: 13, color: LOOK.ink }, encoding: { text: { field: "label" } } },
      ] };
  }
  const names = narrow() ? null : { title: null, ticks: false, domain: false, labelColor: LOOK.ink };
  const above = { mark: { type: "text", align: "left", baseline: "bottom", dy: -10, fontSize: 13, color: LOOK.soft, limit: width + 70 }, encoding: { x: { value: 0 }, text: { field: "name" } } };
  return { ...base, height: { step: narrow() ? 46 : 27 }, encoding: { y: { field: "name", type: "nominal", sort: null, axis: names }, x: { field: "value", type: "quantitative", axis: { ...axis, orient: "top", offset: narrow() ? 12 : 0 }, scale: { zero: true, domainMin: 0, ...(values.some((one) => one.value > 0) ? {} : { domainMax: percent ? 100 : 4 }) } }, tooltip },
    layer: [
      { mark: { type: "bar", color: LOOK.accent, height: 17 } },
      { mark: { type: "text", align: "left", dx: 6, fontSize: 13, color: LOOK.ink }, encoding: { text: { field: "label" } } },
      ...(narrow() ? [above] : []),
    ] };
}
const narrow = () => $("chart").clientWidth < 560;
let drawing = 0;
async function draw(rows, indicator) {
  if (!window.vegaEmbed) return;
  const mine = ++drawing, box = $("chart"), some = rows.some((one) => one.value !== null);
  if (!some) { box.replaceChildren(); return; }
  // Names stand left of the bars, values right of them: what is left is for the picture.
  const names = state.view === "time" ? 0 : narrow() ? 0 : Math.min(320, box.clientWidth * 0.42, 8 * Math.max(...rows.map((one) => head(one, indicator).length)));
  const width = Math.max(160, box.clientWidth - names - (state.view === "time" ? 72 : 88));
  const holder = document.createElement("div");
  await window.vegaEmbed(holder, sketch(rows, indicator, width), { mode: "vega-lite", renderer: "svg", actions: false, ast: false });
  if (mine === drawing) box.replaceChildren(holder);
  document.documentElement.dataset.drawn = String(Math.round(performance.now()));
}

// ---- page
function cell(tag, text, scope) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (scope) element.scope = scope;
  return element;
}
function tabulate(rows, indicator) {
  const ratio = indicator.unit !== "count";
  const first = { time: "Année", parts: "Modalité", places: "Territoire" }[state.view];
  const heads = [first, indicator.unit === "count" ? "Effectif" : "Valeur", ...(ratio ? ["Numérateur", "Dénominateur"] : []), "PLIE"];
  const header = document.createElement("thead"), body = document.createElement("tbody"), top = document.createElement("tr");
  top.append(...heads.map((text) => cell("th", text, "col")));
  header.append(top);
  for (const one of rows) {
    const row = document.createElement("tr");
    const counts = [one.hidden && !one.withheld ? "s" : whole(one.numerator), one.hidden ? "s" : whole(one.base)];
    row.append(cell("th", head(one, indicator), "row"), ...[shown(one, indicator), ...(ratio ? counts : []), String(one.plie)].map((text) => cell("td", text)));
    body.append(row);
  }
  $("table").replaceChildren(header, body);
}
function define(indicator) {
  const base = indicator.base === "transfers" ? "PLIE dont les données couvrent toute l’année" : indicator.base === "register" ? "PLIE inscrits au répertoire au 31 décembre" : "PLIE qui ont répondu à cette partie de l’enquête annuelle";
  const pairs = [["Indicateur", indicator.label], ["Numérateur", indicator.counts], ...(indicator.outOf ? [["Dénominateur", indicator.outOf]] : []), ["Base", base], ["Unité", UNITS[indicator.unit]], ["Identifiant", indicator.id]];
  $("definition").replaceChildren(...pairs.flatMap(([term, text]) => [cell("dt", term), cell("dd", text)]));
}
function describe(rows, indicator) {
  const many = indicator.categories.length > 1, where = place(state.territory);
  const part = many && state.view !== "parts" ? " – " + categoryLabel(indicator, state.category) : "";
  $("title").textContent = indicator.label + part;
  $("subtitle").textContent = state.view === "time" ? `${where}, ${rows.length > 1 ? `${rows[0].year} à ${rows.at(-1).year}` : rows.map((one) => one.year).join("")}`
    : state.view === "parts" ? `${where}, ${state.year}` : `${DATA.scopes.find(([scope]) => scope === state.scope)[1]}, ${state.year}`;
  const hidden = rows.filter((one) => one.hidden).length, drawn = rows.filter((one) => one.value !== null).length;
  const remarks = [];
  if (hidden) remarks.push(hidden === rows.length ? "Tous ces chiffres sont couverts par le secret statistique." : `${hidden} chiffre${hidden > 1 ? "s sont couverts" : " est couvert"} par le secret statistique («${NARROW}s${NARROW}» dans la table).`);
  if (drawn > AT_MOST) remarks.push(`Le graphique montre les ${AT_MOST} plus élevés ; la table les donne tous.`);
  if (!drawn && !hidden) remarks.push("Rien à compter ici.");
  $("remark").textContent = remarks.join(" ");
  $("chart").setAttribute("aria-label", `${$("title").textContent}, ${$("subtitle").textContent}${NARROW}: ` + rows.slice(0, 12).map((one) => `${head(one, indicator)} ${shown(one, indicator)}`).join(NARROW + "; ") + (rows.length > 12 ? NARROW + "; suite dans la table." : "."));
}
function show() {
  const indicator = settle(), rows = chosen(indicator);
  describe(rows, indicator);
  tabulate(rows, indicator);
  define(indicator);
  draw(rows, indicator);
  const [scope, id] = DATA.territories[state.territory];
  history.replaceState(null, "", "#" + new URLSearchParams({ i: state.indicator, v: state.view, s: scope === state.scope ? scope : state.scope, t: id, c: indicator.categories[state.category][0], y: state.year }));
}
function fromAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1)), indicator = BY_ID.get(wanted.get("i"));
  if (!indicator) return;
  state.indicator = indicator.id;
  if (["time", "places", "parts"].includes(wanted.get("v"))) state.view = wanted.get("v");
  if (DATA.scopes.some(([scope]) => scope === wanted.get("s"))) state.scope = wanted.get("s");
  state.territory = Math.max(0, DATA.territories.findIndex(([scope, id]) => scope === state.scope && id === wanted.get("t")));
  state.category = Math.max(0, indicator.categories.findIndex(([code]) => code === wanted.get("c")));
  state.year = Number(wanted.get("y"));
}
function download() {
  const indicator = BY_ID.get(state.indicator), quote = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const plain = (value) => value === null ? "" : String(value).replace(".", ",");
  const lines = [["edition", "indicateur", "libelle", "annee", "echelle", "territoire", "nom", "modalite", "valeur", "numerateur", "denominateur", "plie", "secret", ...(DATA.edition.madeUp ? ["avertissement"] : [])]];
  for (const one of chosen(indicator)) {
    const [scope, id, label] = DATA.territories[one.territory];
    lines.push([DATA.edition.id, indicator.id, quote(indicator.label), one.year, scope, id, quote(label), quote(categoryLabel(indicator, one.category)), plain(one.value), plain(one.numerator), plain(one.base), one.plie, one.hidden ? "oui" : "non", ...(DATA.edition.madeUp ? ["données fictives"] : [])]);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.map((line) => line.join(";")).join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
  link.download = `plie_${DATA.edition.id}_${indicator.id}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

fillIndicators();
fromAddress();
for (const [id, read] of Object.entries({ indicator: String, view: String, scope: String, territory: Number, category: Number, year: Number })) {
  $(id).addEventListener("change", (event) => { state[id] = read(event.target.value); if (id === "indicator") state.category = 0; show(); });
}
$("choices").addEventListener("submit", (event) => event.preventDefault());
$("download").addEventListener("click", download);
let waiting;
window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(show, 150); });
window.addEventListener("hashchange", () => { fromAddress(); show(); });
window.drawWhenReady = show;
show();
