// Tests the storefront as a shopper uses it, under its strict Content-Security-Policy: messages in English and in Chinese, the queue that
// each leads to, and the reason in words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DEMO, shop } from "./page.mjs";

/**
 * @import { Page, ViewportSize } from "playwright-core"
 * @import { Shop } from "./page.mjs"
 */

/** @type {Shop} */
let store;

before(async () => {
  store = await shop({ roots: [DEMO] });
});
after(() => store?.close());

/** @param {string} locale @param {ViewportSize} viewport */
async function open(locale, viewport) {
  const visit = await store.visit("/", { locale, viewport });
  await visit.page.waitForSelector('html[data-guide="settled"]');
  return visit;
}

/** Sends a message, and returns the queue and the reason on the newest card. @param {Page} page @param {string} message */
async function ask(page, message) {
  if (!(await page.getByTestId("message").isVisible())) await page.getByTestId("ask").click();
  await page.getByTestId("message").fill(message);
  await page.getByTestId("send").click();
  const card = page.getByTestId("queue").last();
  await card.waitFor();
  return { queue: await card.getAttribute("data-queue"), reason: await page.getByTestId("reason").last().innerText() };
}

/**
 * Sends each message in turn and compares the queue; no reason may be empty.
 *
 * @param {string} locale
 * @param {ViewportSize} viewport
 * @param {[message: string, queue: string][]} asked
 */
async function check(locale, viewport, asked) {
  const { page, quiet, close } = await open(locale, viewport);
  for (const [message, queue] of asked) {
    const answer = await ask(page, message);
    assert.equal(answer.queue, queue, `${message}: ${answer.reason}`);
    assert.ok(answer.reason.length > 10, answer.reason);
  }
  quiet();
  await close();
}

test("a message in English reaches the queue for it, and another message another", () =>
  check("en-US", { width: 1440, height: 900 }, [
    ["where is my order, it should have arrived yesterday", "orders"],
    ["I want to return this and get my money back", "returns"],
    ["my card was declined twice at checkout", "payments"],
  ]));

test("a message in Chinese on a phone reaches the queue for it, and another message another", () =>
  check("zh-CN", { width: 390, height: 844 }, [
    ["我的订单到哪里了，怎么还没送到", "orders"],
    ["我想退货退款", "returns"],
  ]));

test("what a shopper did decides what a vague message means", async () => {
  const { page, quiet, close } = await open("en-US", { width: 1440, height: 900 });
  const before = await ask(page, "it didn't go through");
  const behaviour = await page.evaluate(async () => {
    const { Floorwalker } = await import("floorwalker");
    const fw = await Floorwalker.load("/models/store.fwb");
    for (let n = 0; n < 3; n++) fw.observe("payment_fail", { value: 49 + n });
    return fw.route({ message: "it didn't go through", context: { page: "checkout" } }).ranking[0].queue;
  });
  assert.equal(behaviour, "payments");
  assert.notEqual(before.queue, "payments");
  quiet();
  await close();
});

test("the panel shows what is stored, and erasing empties it", async () => {
  const { page, quiet, close } = await open("en-US", { width: 1440, height: 900 });
  await page.getByTestId("product").first().click();
  await page.waitForFunction(() => location.hash.length > 1);
  assert.ok(await page.getByTestId("panel").isVisible());
  const kept = () => page.getByTestId("events").locator("li:not(.muted)").count();
  assert.ok((await kept()) > 0);
  await page.getByTestId("erase").click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="events"] li:not(.muted)').length === 0);
  assert.ok(await page.getByTestId("intents").isVisible());
  quiet();
  await close();
});
