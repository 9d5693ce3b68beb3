/**
 * The page of the counters: simulates a day under two strategies and shows both side by side while time goes by.
 *
 * The model that reads the messages and the policy are the storefront's. The simulator is a module of its own, which only this page loads.
 */
import { fill, h } from "../dom.js";
import { lang, markDocument, onLang, setLang, t } from "../words/i18n.js";
import { chart, figures } from "./figures.js";
import { hall } from "./hall.js";
import { MESSAGES } from "./messages.js";
import { CLOSES, OPENS, scenario } from "./scenario.js";
import { say } from "./words.js";

/**
 * @typedef {(typeof STRATEGIES)[number]} Strategy
 * @typedef {{ strategies: Strategy[], volume: number, sale: boolean, seed: number, speed: number }} Settings
 * @typedef {{ strategy: Strategy, made: import("floorwalker-simulator").Scenario, day: import("./day.js").Day }} Floor
 * @typedef {ReturnType<typeof hall>["show"]} Draw
 */

/**
 * @typedef {object} Parts
 * @property {HTMLElement} problem
 * @property {HTMLElement} clock
 * @property {HTMLInputElement} slider
 * @property {HTMLElement} button
 * @property {HTMLElement} sums
 * @property {HTMLElement} chart
 * @property {(of: Floor[]) => Draw[]} draw
 */

const STRATEGIES = /** @type {const} */ (["policy", "random", "round_robin", "fewest_waiting", "right"]);
const SPEEDS = [1, 5, 20, 60];
const VOLUMES = [1, 1.2, 1.4];

/** @type {Settings} */
const settings = { strategies: ["policy", "random"], volume: 1, sale: false, seed: 1, speed: 5 };
let now = OPENS;
/** The number of the current playback. A playback loop with another number ends. */
let run = 0;
let playing = false;
/**
 * The bundle, its model's predictions for each message, and the function that opens a day.
 *
 * @type {Awaited<ReturnType<typeof read>>}
 */
let shop;
/** The two days: each with its strategy, scenario and simulation. @type {Floor[]} */
let floors = [];

const [head, main] = ["head", "main"].map((id) => /** @type {HTMLElement} */ (document.getElementById(id)));
/** @type {Parts} */
let parts;

markDocument();
build();
onLang(() => {
  build();
  return attempt(show);
});
await attempt(async () => {
  shop = await read();
  await open();
});
document.documentElement.setAttribute("data-floor", "settled");

/** Runs `work`, or shows on the page why it failed. @param {() => unknown} work */
async function attempt(work) {
  try {
    await work();
    parts.problem.hidden = true;
  } catch (error) {
    stop();
    fill(parts.problem, say("failed", { why: /** @type {Error} */ (error).message }));
    parts.problem.hidden = false;
  }
}

async function read() {
  const [{ Floorwalker }, { openDay }] = await Promise.all([import("floorwalker"), import("./day.js")]);
  const answer = await fetch("/models/store.fwb");
  if (!answer.ok) throw new Error(`models/store.fwb: ${answer.status}`);
  const bundle = new Uint8Array(await answer.arrayBuffer());
  const fw = await Floorwalker.load(bundle);
  const seen = scenario().kinds.map(({ name }) =>
    MESSAGES[name].map((message) => fw.score("intent", { message }).map(({ probability }) => probability)),
  );
  fw.free();
  return { bundle, seen, openDay };
}

/** Opens both days at opening time with the current settings. */
async function open() {
  stop();
  const made = scenario({ surge: settings.sale, volume: settings.volume });
  const { bundle, seen, openDay } = shop;
  const opened = await Promise.all(
    settings.strategies.map(async (strategy) => ({
      strategy,
      made,
      day: await openDay({ scenario: made, strategy, bundle, seen, seed: settings.seed }),
    })),
  );
  for (const floor of floors) floor.day.close();
  floors = opened;
  now = OPENS;
  await show();
}

/** Draws both floors at the current moment. */
async function show() {
  if (floors.length === 0) return;
  const moment = now;
  const drawn = floors;
  const moments = await Promise.all(drawn.map(({ day }) => day.at(moment)));
  if (moment !== now || drawn !== floors) return; // outdated: the moment or the days have changed while the states were computed
  const names = floors.map(({ strategy }) => say(strategy));
  parts.draw(floors).forEach((draw, at) => draw(moments[at].state));
  const minutes = Math.floor(now / 60);
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  parts.clock.textContent = clock;
  parts.slider.value = String(Math.round((now - OPENS) / 60));
  parts.slider.setAttribute("aria-valuetext", clock);
  fill(
    parts.sums,
    figures(
      moments.map(({ state }) => state),
      names,
    ),
  );
  fill(
    parts.chart,
    chart(
      moments.map(({ curve }) => curve),
      names,
    ),
  );
}

function stop() {
  run++;
  playing = false;
  parts.button.textContent = say("play");
}

/** Plays the day at ten frames a second, until closing time or until `stop`. */
async function play() {
  if (playing || floors.length === 0) return stop();
  const mine = ++run;
  playing = true;
  parts.button.textContent = say("pause");
  if (now >= CLOSES) now = OPENS;
  let last = performance.now();
  while (run === mine) {
    const elapsed = (performance.now() - last) / 1000;
    last = performance.now();
    now = Math.min(CLOSES, now + elapsed * settings.speed * 60);
    await show();
    if (now >= CLOSES) stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {number} to */
function jump(to) {
  now = to;
  return attempt(show);
}

/**
 * @template {string | number} T
 * @param {string} name
 * @param {string} testid
 * @param {T} value
 * @param {readonly (readonly [T, string])[]} options
 * @param {(value: string) => unknown} take
 */
function choice(name, testid, value, options, take) {
  const list = options.map(([key, text]) => h("option", { value: String(key), selected: String(key) === String(value) }, text));
  return h(
    "label",
    { class: "choice" },
    h("span", null, name),
    h("select", { "data-testid": testid, onchange: (e) => take(/** @type {HTMLSelectElement} */ (e.target).value) }, list),
  );
}

/** Builds everything on the page except what depends on the moment, in the shop's language. */
function build() {
  const other = lang() === "en" ? "zh" : "en";
  const hadFocus = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.testid;
  document.title = `${say("title")} · ${t("shop")}`;
  fill(
    head,
    h("a", { class: "back", href: "/" }, `← ${say("back")}`),
    h("h1", null, say("title")),
    h(
      "button",
      { class: "button quiet small-button", type: "button", "data-testid": "lang", onclick: () => setLang(other) },
      other === "zh" ? "中文" : "English",
    ),
  );
  /** @template {keyof Settings} K @param {K} key @param {Settings[K]} value */
  const set = (key, value) => {
    settings[key] = value;
    return attempt(open);
  };
  /** @param {number} at */
  const strategy = (at) =>
    choice(
      say(at === 0 ? "left_floor" : "right_floor"),
      `strategy-${at}`,
      settings.strategies[at],
      STRATEGIES.map((name) => [name, say(name)]),
      (value) => set("strategies", settings.strategies.with(at, /** @type {Strategy} */ (value))),
    );
  /** @type {[kind: string, name: import("./words.js").Phrase][]} */
  const legend = [
    ["is-right", "right_place"],
    ["is-wrong", "wrong_place"],
    ["is-right late", "late"],
    ["is-right very-late", "very_late"],
  ];
  const halls = h("div", { class: "halls" });
  /** @type {{ of: Floor[], show: Draw[] } | undefined} */
  let drawn;
  parts = {
    problem: h("p", { class: "warning", role: "alert", hidden: true }),
    clock: h("span", { class: "clock", "data-testid": "clock" }),
    slider: h("input", {
      type: "range",
      min: 0,
      max: (CLOSES - OPENS) / 60,
      value: 0,
      "aria-label": say("time"),
      "data-testid": "slider",
      oninput: (e) => jump(OPENS + 60 * Number(/** @type {HTMLInputElement} */ (e.target).value)),
    }),
    button: h(
      "button",
      { class: "button small-button", type: "button", "data-testid": "play", onclick: () => attempt(play) },
      say(playing ? "pause" : "play"),
    ),
    sums: h("div", { class: "sums" }),
    chart: h("div"),
    /** Returns for each floor the function that draws a state. The halls are rebuilt if the floors are not the same as before. */
    draw(of) {
      if (drawn?.of !== of) {
        const made = of.map(({ made }) => hall(made));
        drawn = { of, show: made.map(({ show }) => show) };
        fill(
          halls,
          of.map(({ strategy }, at) =>
            h("section", { class: `floor ${at === 0 ? "of-left" : "of-right"}` }, h("h2", null, say(strategy)), made[at].body),
          ),
        );
      }
      return drawn.show;
    },
  };
  fill(
    main,
    h("p", { class: "lead" }, say("lead")),
    parts.problem,
    h(
      "div",
      { class: "controls" },
      strategy(0),
      strategy(1),
      choice(
        say("volume"),
        "volume",
        settings.volume,
        VOLUMES.map((volume) => [volume, volume === 1 ? say("usual") : say("more", { n: Math.round(100 * volume - 100) })]),
        (value) => set("volume", Number(value)),
      ),
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "checkbox",
          "data-testid": "sale",
          checked: settings.sale,
          onchange: (e) => set("sale", /** @type {HTMLInputElement} */ (e.target).checked),
        }),
        say("sale"),
      ),
      h(
        "button",
        { class: "button quiet small-button", type: "button", "data-testid": "another", onclick: () => set("seed", settings.seed + 1) },
        say("day"),
      ),
    ),
    h(
      "div",
      { class: "time" },
      parts.button,
      parts.clock,
      parts.slider,
      choice(
        say("speed"),
        "speed",
        settings.speed,
        SPEEDS.map((n) => [n, say("minutes", { n })]),
        (value) => (settings.speed = Number(value)),
      ),
      h(
        "button",
        { class: "button quiet small-button", type: "button", "data-testid": "end", onclick: () => (stop(), jump(CLOSES)) },
        say("end"),
      ),
    ),
    halls,
    h(
      "ul",
      { class: "legend small" },
      legend.map(([kind, name]) => h("li", null, h("span", { class: `guest ${kind}` }), say(name))),
    ),
    h("section", null, h("h2", null, say("chart")), parts.chart),
    parts.sums,
    h("p", { class: "muted small" }, say("assumed")),
  );
  if (hadFocus) /** @type {HTMLElement | null} */ (document.querySelector(`[data-testid="${hadFocus}"]`))?.focus();
}
