/**
 * The counters: a day under two strategies side by side, as it goes by.
 *
 * The model that reads the messages is the storefront's, and so is the policy; the simulator is a module of its own, loaded here
 * alone.
 */
import { Floorwalker } from "floorwalker";
import { fill, h } from "../dom.js";
import { lang, markDocument, onLang, setLang, t } from "../words/i18n.js";
import { openDay } from "./day.js";
import { chart, figures } from "./figures.js";
import { hall } from "./hall.js";
import { MESSAGES } from "./messages.js";
import { CLOSES, OPENS, scenario } from "./scenario.js";
import { say } from "./words.js";

const STRATEGIES = ["policy", "random", "round_robin", "fewest_waiting", "right"];
const SPEEDS = [1, 5, 20, 60];
const VOLUMES = [1, 1.2, 1.4];

const settings = { strategies: ["policy", "random"], volume: 1, sale: false, seed: 1, speed: 5 };
let now = OPENS;
let playing = false;
/** @type {{ bundle: Uint8Array, seen: number[][][] }} */
let shop;
let floors = [];
let slider;
let button;

markDocument();
const [head, main] = ["head", "main"].map((id) => document.getElementById(id));
const parts = { clock: h("output", { class: "clock", "data-testid": "clock" }), halls: h("div", { class: "halls" }), sums: h("div", { class: "sums" }), chart: h("div") };

try {
  shop = await read();
  onLang(build);
  await build();
  await open();
} catch (error) {
  fill(main, h("p", { class: "warning" }, say("failed", { why: error.message })));
}
document.documentElement.setAttribute("data-floor", "settled");

/** The bundle, and what its model says of each message. */
async function read() {
  const answer = await fetch("/models/store.fwb");
  if (!answer.ok) throw new Error(`models/store.fwb: ${answer.status}`);
  const bundle = new Uint8Array(await answer.arrayBuffer());
  const fw = await Floorwalker.load(bundle);
  const seen = scenario().kinds.map(({ name }) =>
    MESSAGES[name].map((message) => fw.score("intent", { message }).map(({ probability }) => probability)));
  fw.free();
  return { bundle, seen };
}

/** Opens both floors in the morning. */
async function open() {
  playing = false;
  const made = scenario({ surge: settings.sale, volume: settings.volume });
  const opened = await Promise.all(settings.strategies.map(async (strategy) =>
    ({ strategy, hall: hall(made), day: await openDay({ scenario: made, strategy, ...shop, seed: settings.seed }) })));
  for (const floor of floors) floor.day.close();
  floors = opened;
  now = OPENS;
  fill(parts.halls, floors.map(({ strategy, hall: { body } }, at) =>
    h("section", { class: `floor ${at === 0 ? "of-left" : "of-right"}` }, h("h2", null, say(strategy)), body)));
  await show();
}

async function show() {
  const moments = await Promise.all(floors.map(({ day }) => day.at(now)));
  const names = floors.map(({ strategy }) => say(strategy));
  floors.forEach(({ hall: { show: draw } }, at) => draw(moments[at].state));
  const minutes = Math.floor(now / 60);
  parts.clock.textContent = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  fill(parts.sums, figures(moments.map(({ state }) => state), names));
  fill(parts.chart, chart(moments.map(({ curve }) => curve), names));
  slider.value = String(Math.round((now - OPENS) / 60));
  button.textContent = say(playing ? "pause" : "play");
}

/** Lets time go by, ten pictures a second, until closing time or until told to stop. */
async function play() {
  playing = !playing;
  if (playing && now >= CLOSES) now = OPENS;
  let last = performance.now();
  while (playing) {
    const elapsed = (performance.now() - last) / 1000;
    last = performance.now();
    now = Math.min(CLOSES, now + elapsed * settings.speed * 60);
    if (now >= CLOSES) playing = false;
    await show();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await show();
}

async function jump(to) {
  now = to;
  await show();
}

function choice(name, testid, value, options, take) {
  const list = options.map(([key, text]) => h("option", { value: String(key), selected: String(key) === String(value) }, text));
  return h("label", { class: "choice" }, h("span", null, name), h("select", { "data-testid": testid, onchange: (e) => take(e.target.value) }, list));
}

function build() {
  const other = lang() === "en" ? "zh" : "en";
  fill(head, h("a", { class: "back", href: "/" }, `← ${say("back")}`), h("h1", null, say("title")),
    h("button", { class: "button quiet small-button", type: "button", "data-testid": "lang", onclick: () => setLang(other) }, other === "zh" ? "中文" : "English"));
  document.title = `${say("title")} · ${t("shop")}`;
  slider = h("input", { type: "range", min: 0, max: (CLOSES - OPENS) / 60, "aria-label": say("day"), "data-testid": "slider", oninput: (e) => jump(OPENS + 60 * Number(e.target.value)) });
  button = h("button", { class: "button small-button", type: "button", "data-testid": "play", onclick: play }, say("play"));
  const set = (key) => (value) => {
    settings[key] = value;
    return open();
  };
  const strategy = (at) => choice(say(at === 0 ? "left_floor" : "right_floor"), `strategy-${at}`, settings.strategies[at], STRATEGIES.map((name) => [name, say(name)]), (value) => {
    settings.strategies[at] = value;
    return open();
  });
  const legend = [["is-right", "right_place"], ["is-wrong", "wrong_place"]].map(([kind, name]) => h("li", null, h("span", { class: `guest ${kind}` }), say(name)));
  fill(main,
    h("p", { class: "lead" }, say("lead")),
    h("div", { class: "controls" },
      strategy(0), strategy(1),
      choice(say("volume"), "volume", settings.volume, VOLUMES.map((volume) => [volume, volume === 1 ? say("usual") : say("more", { n: Math.round(100 * volume - 100) })]), (value) => set("volume")(Number(value))),
      h("label", { class: "check" }, h("input", { type: "checkbox", "data-testid": "sale", checked: settings.sale, onchange: (e) => set("sale")(e.target.checked) }), say("sale")),
      h("button", { class: "button quiet small-button", type: "button", "data-testid": "another", onclick: () => set("seed")(settings.seed + 1) }, say("day"))),
    h("div", { class: "time" },
      button, parts.clock, slider,
      choice(say("speed"), "speed", settings.speed, SPEEDS.map((n) => [n, say("minutes", { n })]), (value) => (settings.speed = Number(value))),
      h("button", { class: "button quiet small-button", type: "button", "data-testid": "end", onclick: () => ((playing = false), jump(CLOSES)) }, say("end"))),
    parts.halls,
    h("ul", { class: "legend small" }, legend),
    h("section", null, h("h2", null, say("chart")), parts.chart),
    parts.sums,
    h("p", { class: "muted small" }, say("assumed")));
  return floors.length > 0 ? open() : undefined;
}
