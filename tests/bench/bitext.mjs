// Runs a bundle trained on the bitext data in the real storefront: types one message for each category, and compares the queue on the card.
//
//   node tests/bench/bitext.mjs BUNDLE --json FILE
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DEMO, ROOT, shop } from "../browser/page.mjs";

const [bundle, , file] = process.argv.slice(2);

/** Messages in our own words, none of them from the data set, and the category of each. */
const TYPED = [
  ["please cancel the order I placed this morning", "ORDER"],
  ["I moved, so my parcels should go to a new address", "SHIPPING_ADDRESS"],
  ["what do you charge when I cancel early", "CANCELLATION_FEE"],
  ["could you send me the bill for last month", "INVOICE"],
  ["the payment did not go through", "PAYMENT"],
  ["when will I get my refund", "REFUND"],
  ["I am very unhappy and want to make a complaint", "FEEDBACK"],
  ["let me talk to a human being", "CONTACT"],
  ["I forgot my password and can't log in", "ACCOUNT"],
  ["how long does delivery to Berlin take", "DELIVERY"],
  ["take me off the newsletter", "NEWSLETTER"],
];

const site = path.join(ROOT, "target/real-site");
mkdirSync(path.join(site, "models"), { recursive: true });
cpSync(bundle, path.join(site, "models/store.fwb"));
const store = await shop({ roots: [site, DEMO] });
const { page, quiet, close } = await store.visit("/", { locale: "en-US", viewport: { width: 1440, height: 900 } });
await page.waitForSelector('html[data-guide="settled"]');
await page.getByTestId("ask").click();
let right = 0;
for (const [message, queue] of TYPED) {
  await page.getByTestId("message").fill(message);
  await page.getByTestId("send").click();
  const card = page.getByTestId("queue").last();
  await card.waitFor();
  const got = await card.getAttribute("data-queue");
  console.log(`${got === queue ? "ok " : "   "} ${message.padEnd(52)} → ${got}   (${await page.getByTestId("reason").last().innerText()})`);
  right += Number(got === queue);
}
quiet();
await page.screenshot({ path: path.join(site, "bitext.png") });
await close();
await store.close();
const row = {
  name: "bitext in the storefront: typed messages at their queue",
  value: right,
  unit: `of ${TYPED.length}`,
  bound: TYPED.length,
  holds: right === TYPED.length,
};
writeFileSync(file, `${JSON.stringify([row], null, 1)}\n`);
