// Tests what the storefront learns of a shopper: recommendations with their reasons, a taste that the shopper corrects, and consent to storage.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DEMO, shop } from "./page.mjs";

/**
 * @import { Page } from "playwright-core"
 * @import { Shop } from "./page.mjs"
 */

const PHONES = ["p01", "p02"];

/** @type {Shop} */
let store;

before(async () => {
  store = await shop({ roots: [DEMO] });
});
after(() => store?.close());

/** @param {string} [locale] */
async function open(locale = "en-US") {
  const visit = await store.visit("/", { locale, viewport: { width: 1440, height: 900 } });
  await visit.page.waitForSelector('html[data-guide="settled"]');
  return visit;
}

/** @param {Page} page @param {string} hash */
async function go(page, hash) {
  await page.evaluate((to) => (location.hash = to), hash);
  await page.waitForFunction((to) => location.hash === to, hash);
}

/** Looks at two phones, goes back to the front page, and waits for what is picked. @param {Page} page */
async function look(page) {
  for (const id of PHONES) await go(page, `#/p/${id}`);
  await go(page, "#/");
  await shelf(page).getByRole("heading", { name: "Picked for you" }).waitFor();
}

/** @param {Page} page */
const shelf = (page) => page.locator('[data-testid="picks"][data-list="home"]');

/** The ids on the front page's shelf. @param {Page} page @returns {Promise<string[]>} */
const ids = (page) => shelf(page).evaluate((el) => [...el.querySelectorAll("[data-id]")].map((card) => card.getAttribute("data-id") ?? ""));

/** @param {Page} page @returns {Promise<string | null>} */
const kept = (page) => page.evaluate(() => localStorage.getItem("floorwalker"));

test("a shopper of whom nothing is known sees favourites, and says nothing of themselves by that", async () => {
  const { page, quiet, close } = await open();
  await shelf(page).getByRole("heading", { name: "Favourites this week" }).waitFor();
  assert.equal(await page.getByTestId("taste").locator("li").count(), 0);
  quiet();
  await close();
});

test("after two phones, products are recommended, each with a reason that names a product", async () => {
  const { page, quiet, close } = await open();
  await look(page);
  const reasons = await shelf(page).getByTestId("why").allInnerTexts();
  assert.equal(reasons.length, (await ids(page)).length);
  assert.ok(
    reasons.every((reason) => reason.length > 10 && !/\bp\d\d\b/.test(reason)),
    reasons.join("\n"),
  );
  assert.ok(
    reasons.some((reason) => reason.includes("Nova 5")),
    reasons.join("\n"),
  );
  quiet();
  await close();
});

test("“Not for me” takes a card away, and it does not come back", async () => {
  const { page, quiet, close } = await open();
  await look(page);
  const [first, ...others] = await ids(page);
  await shelf(page).locator(`[data-id="${first}"]`).getByTestId("not-for-me").click();
  const now = await ids(page);
  assert.ok(!now.includes(first), now.join(" "));
  assert.ok(others.filter((id) => now.includes(id)).length >= others.length / 2, now.join(" "));
  await go(page, "#/help");
  await go(page, "#/");
  assert.ok(!(await ids(page)).includes(first));
  quiet();
  await close();
});

test("a department that the shopper does not want leaves the list, and comes back when that is taken back", async () => {
  const { page, quiet, close } = await open();
  await look(page);
  const phones = async () => (await ids(page)).filter((id) => Number(id.slice(1)) <= 7).length;
  const before = await phones();
  assert.ok(before >= 3, `${before} phones`);
  const row = page.getByTestId("taste").locator('li[data-attribute="category"][data-name="phones"]');
  await row.getByRole("button", { name: "Not for me: Phones" }).click();
  await page.waitForFunction(() => document.querySelector('[data-name="phones"] [data-says="false"][aria-pressed="true"]'));
  await page.waitForFunction(() => !document.querySelector('[data-list="home"] [data-id="p03"]'));
  assert.equal(await phones(), 0);
  await row.getByRole("button", { name: "Take back: Phones" }).click();
  await go(page, "#/help");
  await go(page, "#/");
  assert.equal(await phones(), before);
  quiet();
  await close();
});

test("what is in the cart is not recommended with it", async () => {
  const { page, quiet, close } = await open();
  await go(page, "#/p/p02");
  await page.getByTestId("add-to-cart").click();
  await go(page, "#/cart");
  const cards = page.locator('[data-list="cart"] [data-id]');
  await cards.first().waitFor();
  const listed = await cards.evaluateAll((all) => all.map((el) => el.getAttribute("data-id")));
  assert.ok(!listed.includes("p02"), listed.join(" "));
  await cards.first().getByRole("button", { name: /^Add / }).click();
  await page.waitForFunction((id) => !document.querySelector(`[data-list="cart"] [data-id="${id}"]`), listed[0]);
  assert.equal(await page.locator(".line").count(), 2);
  quiet();
  await close();
});

test("“No” keeps nothing on the device, on this visit and the next", async () => {
  const { page, quiet, close } = await open();
  await look(page);
  assert.equal(await kept(page), null);
  await page.getByTestId("consent-no").click();
  await page.getByTestId("consent").waitFor({ state: "hidden" });
  await go(page, "#/p/p03");
  await page.reload();
  await page.waitForSelector('html[data-guide="settled"]');
  assert.equal(await kept(page), null);
  assert.ok(!(await page.getByTestId("consent").isVisible()));
  quiet();
  await close();
});

test("“Yes” keeps it, the ledger says so, and the choice can be changed", async () => {
  const { page, quiet, close } = await open();
  await look(page);
  await page.getByTestId("consent-yes").click();
  await page.waitForFunction(() => localStorage.getItem("floorwalker"));
  await page.reload();
  await shelf(page).getByRole("heading", { name: "Picked for you" }).waitFor();
  assert.ok(!(await page.getByTestId("consent").isVisible()));
  await page.getByText("What is stored").click();
  await page.getByTestId("ledger").locator('tr[data-event="view_item"]').waitFor();
  await page.locator('[data-consent="denied"]').click();
  await page.waitForFunction(() => localStorage.getItem("floorwalker") === null);
  await page.locator('[data-consent="denied"][aria-pressed="true"]').waitFor();
  quiet();
  await close();
});

test("the question about storage leaves the button of the experts free, in both languages, on a phone", async () => {
  for (const locale of ["en-US", "zh-CN"]) {
    const { page, quiet, close } = await store.visit("/", { locale, viewport: { width: 390, height: 844 } });
    await page.waitForSelector('html[data-guide="settled"]');
    await page.getByTestId("consent").waitFor();
    const [asked, button] = [await page.getByTestId("consent").boundingBox(), await page.getByTestId("ask").boundingBox()];
    assert.ok(asked && button && button.y + button.height <= asked.y, JSON.stringify([asked, button]));
    await page.getByTestId("ask").click();
    assert.ok(await page.getByTestId("message").isVisible());
    quiet();
    await close();
  }
});
