// The hand-over to every chat, with a fake of each that does what its sources say: before its script, when it is ready, while a conversation is
// running, after the page is loaded anew. The calls are golden text, `tests/data/handover.txt`: UPDATE_GOLDEN=1 writes it again.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { CHATS } from "./chats/index.mjs";
import { Page } from "./chats/page.mjs";
import { project, ROOT } from "./unpacked.mjs";

/** @import { Decision } from "floorwalker" */
/** @typedef {typeof import("floorwalker/handover")} Module */
/** @typedef {import("floorwalker/handover").HandOverOptions} Options */

const GOLDEN = path.join(ROOT, "tests/data/handover.txt");
const shop = project();
const pages = mkdtempSync(path.join(tmpdir(), "floorwalker-pages-"));
process.on("exit", () => rmSync(pages, { recursive: true, force: true }));
let nPages = 0;

/** What a chat that names groups calls two queues. @type {Record<string, Record<string, any>>} */
const MAPS = {
  livechat: { presale: 5, returns: 6 },
  tawk: { presale: { propertyId: "p", widgetId: "w5" }, returns: { propertyId: "p", widgetId: "w6" } },
  qiyu: { presale: "482709508", returns: "482709509" },
  meiqia: { presale: "a1b2", returns: "c3d4" },
  sobot: { presale: "0a0b", returns: "0c0d" },
  udesk: { presale: 9, returns: 10 },
};
/** Chats whose settings the shop must have written before anything can be given. */
const SETTINGS = ["twilio", "easemob"];

/** A decision. @param {string} goesTo @param {object} [more] */
const decision = (goesTo, more) =>
  /** @type {Decision} */ (
    /** @type {unknown} */ ({
      id: 1,
      goesTo,
      queue: goesTo,
      evidence: { message: true, events: 2, strength: "strong" },
      intents: [{ name: "compatibility", probability: 0.9 }],
      intentSet: ["compatibility"],
      outOfScope: 0,
      priority: 0,
      channel: "chat",
      outcome: "best",
      agent: null,
      policyVersion: "7",
      requestedAt: 1_700_000_000_000,
      expiresAt: 4_100_000_000_000,
      ...more,
    })
  );
const UNKNOWN = { evidence: { message: false, events: 0, strength: "none" } };

/** A page that was loaded anew: fresh modules, a fresh window, and the tab's storage of the page before. @param {Page} [before] */
async function loaded(before) {
  const folder = path.join(pages, `${++nPages}`);
  cpSync(path.join(shop.home, "handover"), folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  const page = /** @type {any} */ (new Page()); // with the globals of chats
  if (before) page.sessionStorage = before.sessionStorage;
  Object.assign(globalThis, { window: page, document: page.document, location: page.location, sessionStorage: page.sessionStorage });
  const module = /** @type {Module} */ (await import(pathToFileURL(path.join(folder, "index.js")).href));
  return { page, ...module };
}

/** A chat in a page, and the calls that it was given. @param {string} name @param {Page} page */
function chat(name, page) {
  /** @type {string[]} */
  const calls = [];
  const made = CHATS[name](page, (...given) => void calls.push(given.map((one) => (typeof one === "string" ? one : text(one))).join(" ")));
  return { ...made, calls };
}

/** JSON, with functions named. @param {unknown} value */
const text = (value) => JSON.stringify(value, (_, one) => (typeof one === "function" ? "function" : one)) ?? "undefined";
/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** A page's Floorwalker whose shopper agreed, or did not. @param {"granted" | "denied"} consent */
function agreed(consent) {
  /** @type {Set<() => void>} */
  const erased = new Set();
  return {
    diagnose: () => /** @type {any} */ ({ consent }),
    on: (/** @type {string} */ kind, /** @type {any} */ listener) => (
      kind === "erase" && erased.add(listener), () => erased.delete(listener)
    ),
    erase: () => erased.forEach((listener) => listener()),
  };
}

/** What a chat should have of a hand-over: what was sent as text, and the group. @param {Awaited<ReturnType<Module["handOver"]>>} handed */
function expected({ sent, group }) {
  const values = Object.fromEntries(Object.entries(sent).map(([key, value]) => [key, String(value)]));
  if (group !== null) values.group = typeof group === "object" ? String(group.widgetId) : String(group);
  return values;
}
/** @param {Record<string, unknown>} values */
const texts = (values) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
/** @param {Record<string, string>} values */
const named = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => !["", "-", "undefined"].includes(value)));

/** @type {string[]} */
const golden = [];
/** @param {string} title @param {Awaited<ReturnType<Module["handOver"]>>} handed @param {string[]} calls */
function record(title, { phase, verified, sent, group, warnings }, calls) {
  golden.push(`${title}: ${phase}, verified ${verified}`, `  sent ${text(sent)}, group ${text(group)}`);
  for (const { code, message } of warnings) golden.push(`  ${code}: ${message}`);
  for (const one of calls.splice(0)) golden.push(`  > ${one}`);
}

for (const name of Object.keys(CHATS).sort()) {
  /** @type {Pick<Options, "map" | "to">} */
  const to = { to: /** @type {any} */ (name), map: MAPS[name] };

  test(`${name}: what is handed over before the script arrives when the chat is there`, async () => {
    const { page, handOver } = await loaded();
    const its = chat(name, page);
    if (SETTINGS.includes(name)) its.snippet?.();
    const handing = handOver(decision("presale"), to);
    await wait(5);
    if (!SETTINGS.includes(name)) its.snippet?.();
    await wait(120);
    its.load();
    its.ready?.();
    const handed = await handing;
    if (its.arrivesWhenOpened) await handOver(decision("presale"), to);
    if (its.arrivesAtStart) its.begin?.();
    assert.deepEqual(named(texts(its.arrived())), named(expected(handed)));
    record(`${name}, before its script`, handed, its.calls);
  });

  test(`${name}: a second request takes the place of the first, and a running conversation is respected`, async () => {
    const { page, handOver, arm } = await loaded();
    const its = chat(name, page);
    its.snippet?.();
    const undo = arm(/** @type {any} */ (name));
    await wait(5);
    its.load();
    its.ready?.();
    const first = await handOver(decision("presale"), to);
    if (its.arrivesAtStart) its.begin?.(), its.end?.();
    if (!its.arrivesWhenOpened) assert.deepEqual(named(texts(its.arrived())), named(expected(first)));
    record(`${name}, when ready`, first, its.calls);
    const second = await handOver(decision("returns", UNKNOWN), { ...to, open: false });
    if (its.arrivesAtStart) its.begin?.(), its.end?.();
    // Nothing of the first request is left: neither its queue nor its intent.
    if (!its.arrivesWhenOpened && !its.startsOnce)
      assert.deepEqual(named(texts(its.arrived())), named(expected({ ...second, group: second.group })));
    if (its.startsOnce) assert.deepEqual([second.sent, second.warnings.map(({ code }) => code)], [{}, ["handover_late"]]);
    record(`${name}, the next request`, second, its.calls);
    if (its.begin && name !== "chatwoot") {
      its.begin();
      const during = await handOver(decision("presale"), to);
      record(`${name}, during a conversation`, during, its.calls);
      its.end?.();
    }
    undo();
  });

  test(`${name}: what is too long, of a wrong kind or unknown is refused before any call`, async () => {
    const { page, handOver } = await loaded();
    const its = chat(name, page);
    its.snippet?.();
    its.load();
    its.ready?.();
    its.calls.length = 0;
    const facts = JSON.parse(readFileSync(path.join(ROOT, `pkg-template/handover/${name}.json`), "utf8"));
    const { limits } = facts;
    const key = Object.keys(facts.fields)[0] ?? (limits.key?.includes("message") ? "message" : "fw");
    /** @param {Partial<Options>} more @param {string} code */
    const refused = (more, code) => assert.rejects(handOver(decision("presale"), { ...to, ...more }), { code }, `${name} ${text(more)}`);
    await refused({ map: { returns: 1 } }, "handover_queue");
    await refused({ fields: { [key]: () => /** @type {any} */ ({ nested: 1 }) } }, "handover_value");
    await refused({ fields: { [key]: () => Number.NaN } }, "handover_value");
    await refused({ fields: { [key]: /** @type {any} */ ("intnet") } }, "option_invalid");
    if (limits.longestValue) await refused({ fields: { [key]: () => "x".repeat(limits.longestValue + 1) } }, "handover_value");
    if (limits.longestKey) await refused({ fields: { ["k".repeat(limits.longestKey + 1)]: "intent" } }, "handover_key");
    if (limits.key) await refused({ fields: { "a b.$": "intent" } }, "handover_key");
    if (limits.refuses) await refused({ fields: { [key]: () => "JavaScript:alert(1) <script>" } }, "handover_value");
    if (limits.totalBytes) await refused({ fields: { [key]: () => "质".repeat(limits.totalBytes / 3 + 1) } }, "handover_value");
    if (limits.mostKeys) {
      const many = Object.fromEntries(Array.from({ length: limits.mostKeys + 1 }, (_, at) => [`k${at}`, () => "x"]));
      await refused({ fields: many }, "handover_key");
    }
    if (!limits.group) await refused({ map: { presale: { id: 5 } } }, "handover_group");
    assert.deepEqual(its.calls, []);
  });
}

test("a chat that never comes is said, and so is one that never becomes ready", async () => {
  const { page, handOver } = await loaded();
  for (const name of Object.keys(CHATS)) {
    await assert.rejects(
      handOver(decision("presale"), { to: /** @type {any} */ (name), map: MAPS[name], withinMs: 20 }),
      (/** @type {any} */ error) => {
        assert.equal(error.code, "handover_missing");
        assert.match(error.message, /not on this page/);
        return true;
      },
    );
  }
  chat("genesys", page).load();
  await assert.rejects(handOver(decision("presale"), { to: "genesys", withinMs: 20 }), { code: "handover_missing" });
});

test("a server, an unknown chat and a decision that is none are refused with a code", async () => {
  const { handOver } = await loaded();
  const any = /** @type {any} */ (handOver);
  await assert.rejects(any(decision("presale"), { to: "zendesc" }), { code: "handover_vendor" });
  await assert.rejects(any(decision("presale"), undefined), { code: "handover_vendor" });
  await assert.rejects(any(decision("presale"), { to: "constructor" }), { code: "handover_vendor" });
  await assert.rejects(any(undefined, { to: "zendesk" }), { code: "option_invalid" });
  await assert.rejects(any(decision("presale"), { to: "zendesk", open: 1 }), { code: "option_invalid" });
  Object.assign(globalThis, { window: undefined });
  await assert.rejects(any(decision("presale"), { to: "zendesk" }), { code: "handover_missing" });
});

test("what a chat answers with an error is refused with its words", async () => {
  const { page, handOver } = await loaded();
  const its = chat("salesforce", page);
  its.load();
  its.ready?.();
  page.embeddedservice_bootstrap.settings.embeddedServiceConfig = { forms: [{ hiddenFormFields: [{ name: "fw_queue", maxLength: 3 }] }] };
  await assert.rejects(handOver(decision("presale"), { to: "salesforce" }), (/** @type {any} */ error) => {
    assert.equal(error.code, "handover_refused");
    assert.match(error.message, /fw_queue has 7 characters of at most 3/);
    return true;
  });
  assert.deepEqual(its.arrived(), {});
});

test("attributes that a chat loses are given again after a reload, if the shopper agreed and the request lives", async () => {
  for (const name of ["genesys", "chatwoot", "connect", "easemob"]) {
    /** @param {"granted" | "denied"} consent @param {object} [more] @param {boolean} [isErased] */
    const again = async (consent, more, isErased) => {
      const first = await loaded();
      const before = chat(name, first.page);
      before.snippet?.();
      const fw = agreed(consent);
      first.arm(/** @type {any} */ (name), { fw });
      await wait(5);
      before.load();
      before.ready?.();
      const handed = await first.handOver(decision("presale", more), { to: /** @type {any} */ (name) });
      if (isErased) fw.erase();
      const second = await loaded(first.page);
      const its = chat(name, second.page);
      its.snippet?.();
      const undo = second.arm(/** @type {any} */ (name), { fw });
      await wait(10);
      its.load();
      its.ready?.();
      await wait(120);
      if (its.arrivesAtStart) its.begin?.();
      if (its.arrivesWhenOpened) second.page.easemobim.bind(second.page.easemobim.config);
      undo();
      return [texts(its.arrived()), expected(handed)];
    };
    const [arrived, sent] = await again("granted");
    assert.deepEqual(arrived, sent, name);
    for (const [consent, more, isErased] of /** @type {const} */ ([
      ["denied", {}, false],
      ["granted", { expiresAt: 1_700_000_000_001 }, false],
      ["granted", {}, true],
    ]))
      assert.deepEqual((await again(consent, more, isErased))[0], {}, `${name} ${consent} ${isErased}`);
  }
});

test("a form before the chat that drops what was given does not win", async () => {
  const { page, handOver, arm } = await loaded();
  const its = chat("chatwoot", page);
  arm("chatwoot");
  its.load();
  its.ready?.();
  const { sent } = await handOver(decision("presale"), { to: "chatwoot" });
  await wait(80);
  its.begin?.();
  await wait(20);
  assert.deepEqual(its.arrived(), sent);
  its.begin?.();
  await wait(20);
  assert.deepEqual(its.arrived(), {}, "a later message is another matter");
});

test("what happens in the chat is told, where the chat lets the page see it", async () => {
  /** @type {Record<string, string>} */
  const told = {};
  for (const name of Object.keys(CHATS).sort()) {
    const { page, handOver, arm } = await loaded();
    const its = chat(name, page);
    its.snippet?.();
    /** @type {import("floorwalker/handover").ChatEvent[]} */
    const events = [];
    const undo = arm(/** @type {any} */ (name), {
      feedback: (event) => (events.push(event), assert.fail("a listener that throws harms nobody")),
    });
    await wait(5);
    its.load();
    its.ready?.();
    await wait(60);
    const made = decision("presale");
    await handOver(made, { to: /** @type {any} */ (name), map: MAPS[name] });
    for (const step of /** @type {const} */ (["begin", "join", "rate", "end"])) its[step]?.();
    for (const event of events) {
      assert.equal(event.decision, made);
      assert.ok(event.vendor === name && Number(event.seconds) >= 0);
    }
    told[name] = events.map(({ kind, rating }) => (rating === null ? kind : `${kind} ${rating}`)).join(", ");
    undo();
    const before = events.length;
    for (const step of /** @type {const} */ (["begin", "join", "rate", "end"])) its[step]?.();
    assert.equal(events.length, before, `${name} still tells after it was undone`);
  }
  assert.deepEqual(Object.fromEntries(Object.entries(told).filter(([, kinds]) => kinds !== "")), {
    botpress: "started",
    connect: "started, ended",
    dialogflow: "started, rated THUMBS_UP, ended",
    dynamics: "started, joined, ended",
    genesys: "started, joined, ended",
    hubspot: "started, ended",
    livechat: "started, joined, rated good, ended",
    rocketchat: "started, joined, ended",
    salesforce: "started, joined, ended",
    tawk: "started, joined, rated 1, ended",
    tidio: "started",
  });
});

test("hand-overs to one chat follow each other, so that the last is what the chat knows", async () => {
  const { page, handOver } = await loaded();
  const its = chat("genesys", page);
  const both = Promise.all([handOver(decision("presale"), { to: "genesys" }), handOver(decision("returns"), { to: "genesys" })]);
  its.snippet?.();
  its.load();
  its.ready?.();
  await both;
  assert.equal(its.arrived().fw_queue, "returns");
});

test("a vendor can be imported, so that the page has its code alone", async () => {
  const { page, handOver } = await loaded();
  const { zendesk } = await import(pathToFileURL(path.join(shop.home, "handover/zendesk.js")).href);
  const its = chat("zendesk", page);
  its.load();
  const { sent, to } = await handOver(decision("presale"), { to: zendesk });
  assert.deepEqual([to, sent], ["zendesk", { tag: "presale" }]);
});

test("a function gets the hand-over, and an element its attributes and an event", async () => {
  const { handOver } = await loaded();
  /** @type {unknown} */
  let got;
  const handed = await handOver(decision("presale"), {
    to: (handover) => ((got = handover.values), true),
    map: { presale: "p" },
    open: false,
  });
  assert.deepEqual([handed.to, handed.verified, handed.sent], ["function", true, got]);
  assert.equal(handed.sent.queue, "p");
  assert.match(String(handed.sent.hint), /^fw1~7~presale~/);
  await assert.rejects(handOver(decision("presale"), { to: () => Promise.reject(new Error("closed")) }), { code: "handover_refused" });

  /** @type {Record<string, string>} */
  const attributes = {};
  let clicks = 0;
  const element = Object.assign(new EventTarget(), {
    nodeType: 1,
    setAttribute: (/** @type {string} */ name, /** @type {string} */ value) => void (attributes[name] = value),
    hasAttribute: () => false,
    matches: () => true,
    click: () => clicks++,
  });
  element.addEventListener("floorwalker-handover", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.queue === "returns") event.preventDefault();
  });
  await handOver(decision("presale"), { to: /** @type {any} */ (element) });
  await handOver(decision("returns"), { to: /** @type {any} */ (element) });
  assert.deepEqual([attributes["data-queue"], clicks], ["returns", 1]);
});

after(() => {
  const found = `${golden.join("\n")}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, found);
  assert.equal(found, readFileSync(GOLDEN, "utf8"), "the calls differ from tests/data/handover.txt; UPDATE_GOLDEN=1 writes them again");
});
