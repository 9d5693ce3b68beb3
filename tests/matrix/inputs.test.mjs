// `attach` on what each platform has in its pages: the real libraries of Segment, PostHog and Adobe from npm, and pages that do what the pages of
// Shopify, WooCommerce, Matomo and RudderStack do. What is heard is compared with GA4's names and items.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import snippets from "@segment/snippet";
import { open, script, TOOLS } from "./shop.mjs";

const file = (...parts) => readFileSync(path.join(TOOLS, ...parts), "utf8");
const SHOP = await script(`
  import { Floorwalker } from "floorwalker";
  window.heard = [];
  window.ready = Floorwalker.load("/starter.fwb").then((fw) => {
    window.fw = fw;
    fw.on("event", ({ event, params }) => {
      const { items, search_term, value, engagement_time_msec } = params;
      const its = items?.map(({ item_id, item_name, item_category, price, quantity }) => ({ item_id, item_name, item_category, price, quantity }));
      window.heard.push(JSON.parse(JSON.stringify({ event, items: its, search_term, value, percent_scrolled: params.percent_scrolled, dwelt: engagement_time_msec > 0 || undefined })));
    });
  });
`);

/** A page that runs `html`, then attaches `source` with `options`; `work` gets the page and a function that tells what was heard since. */
const visit = ({ html, others = {}, files = {}, source, options = "undefined" }, work) =>
  open(
    {
      "index.html": `<!doctype html><meta charset="utf-8"><body>${html}<script type="module" src="/main.js"></script>`,
      "main.js": SHOP,
      ...files,
    },
    others,
    async (page) => {
      await page.waitForFunction(() => window.ready);
      await page.evaluate(`window.ready.then(() => { window.stop = window.fw.attach(${source}, ${options}); })`);
      // The file that listens is loaded after \`attach\`.
      await page.waitForTimeout(300);
      let n = 0;
      const heard = async (expected, message) => {
        await page
          .waitForFunction(([from, least]) => window.heard.length >= from + least, [n, expected.length], { timeout: 10_000 })
          .catch(() => {});
        await page.waitForTimeout(50);
        const all = await page.evaluate(() => window.heard);
        assert.deepEqual(all.slice(n), expected, message);
        n = all.length;
      };
      await work(page, heard);
      // Once it is stopped, nothing is heard.
      await page.evaluate(() => window.stop());
      const warnings = await page.evaluate(() => window.fw.diagnose().warnings.map(({ code }) => code));
      assert.deepEqual(warnings, []);
    },
  );

const game = { item_id: "507f", item_name: "Monopoly", item_category: "Games", price: 18.99 };
const GAME = '{ product_id: "507f", sku: "G-32", category: "Games", name: "Monopoly", price: "18.99" }';

test("Segment's own library: what its snippet queues counts, and what it tells later, once each", async () => {
  const snippet = `<script>
    ${snippets.min({ apiKey: "KEY", host: "cdn.segment.com", load: false, page: false })}
    window.loadSegment = () => { const s = document.createElement("script"); s.src = "https://cdn.segment.com/analytics.js/v1/KEY/analytics.min.js"; document.head.append(s); };
    analytics.track("Product Viewed", ${GAME});
  </script>`;
  const others = {
    "https://cdn.segment.com/analytics.js/v1/KEY/analytics.min.js": file("@segment/analytics-next/dist/umd/standalone.js"),
    "https://cdn.segment.com/v1/projects/KEY/settings": JSON.stringify({
      integrations: {},
      plan: {},
      edgeFunction: {},
      metrics: { sampleRate: 0 },
    }),
    "https://api.segment.io/": "{}",
  };
  await visit({ html: snippet, others, source: "window.analytics" }, async (page, heard) => {
    await heard([{ event: "view_item", items: [game] }], "what the snippet holds");
    await page.evaluate((source) => window.analytics.track("Product Added", { ...new Function(`return ${source}`)(), quantity: 2 }), GAME);
    await heard([{ event: "add_to_cart", items: [{ ...game, quantity: 2 }] }], "what is added to it");
    await page.evaluate(() => window.loadSegment());
    await page.waitForFunction(() => window.analytics.initialized, undefined, { timeout: 15_000 });
    await page.waitForTimeout(500);
    await heard([], "the library repeats what was queued");
    await page.evaluate(() => window.analytics.track("Products Searched", { query: "phone case" }));
    await heard([{ event: "search", search_term: "phone case" }]);
    await page.evaluate(() =>
      window.analytics.track("Order Completed", { order_id: "1", total: 30, products: [{ product_id: "a", price: 15, quantity: 2 }] }),
    );
    await heard([{ event: "purchase", value: 30, items: [{ item_id: "a", price: 15, quantity: 2 }] }]);
    await page.evaluate(() => window.stop());
    await page.evaluate(() => window.analytics.track("Cart Viewed"));
    await heard([], "stopped");
  });
});

test("PostHog's own library: its snippet and its captured events, without its own", async () => {
  const snippet = `<script>
    !function(t,e){window.posthog=e;e._i=[];e.init=function(i,s,a){function g(t,e){t[e]=function(){t.push([e].concat(Array.prototype.slice.call(arguments,0)))}}
    var u=e;a=a||"posthog";u.people=u.people||[];"capture identify on register reset".split(" ").forEach((n)=>g(u,n));e._i.push([i,s,a])};e.__SV=1}(document,window.posthog||[]);
    posthog.init("KEY", { api_host: "https://ph.test", autocapture: false, capture_pageview: false, disable_session_recording: true, advanced_disable_flags: true, persistence: "memory", opt_out_useragent_filter: true });
    posthog.capture("Product Viewed", ${GAME});
    window.loadPosthog = () => { const s = document.createElement("script"); s.src = "https://ph.test/static/array.js"; document.head.append(s); };
  </script>`;
  const others = { "https://ph.test/static/array.js": file("posthog-js/dist/array.full.js"), "https://ph.test/": "{}" };
  await visit({ html: snippet, others, source: "window.posthog" }, async (page, heard) => {
    await heard([{ event: "view_item", items: [game] }]);
    await page.evaluate(() => window.loadPosthog());
    await page.waitForFunction(() => window.posthog.__loaded, undefined, { timeout: 15_000 });
    await page.waitForTimeout(300);
    await heard([], "the library repeats what was queued");
    await page.evaluate(() => window.posthog.capture("$autocapture", {}));
    await page.evaluate(() => window.posthog.capture("Product Removed", { product_id: "507f" }));
    await heard([{ event: "remove_from_cart", items: [{ item_id: "507f" }] }]);
  });
});

test("RudderStack: its snippet's list, then the object that replaces it", async () => {
  const snippet = `<script>
    window.rudderanalytics = [];
    for (const method of ["load", "page", "track", "identify", "ready"]) rudderanalytics[method] = (...args) => rudderanalytics.push([method, ...args]);
    rudderanalytics.load("KEY", "https://rudder.test");
    rudderanalytics.track("Product Viewed", ${GAME});
    window.loadRudder = () => {
      const sent = [];
      window.rudderanalytics = { track: (...args) => sent.push(args), sent };
      document.dispatchEvent(new CustomEvent("RSA_Initialised", { detail: { analyticsInstance: window.rudderanalytics }, bubbles: true }));
    };
  </script>`;
  await visit({ html: snippet, source: "window.rudderanalytics" }, async (page, heard) => {
    await heard([{ event: "view_item", items: [game] }]);
    await page.evaluate(() => window.loadRudder());
    await page.evaluate(() => window.rudderanalytics.track("Checkout Started", { value: 20 }));
    await heard([{ event: "begin_checkout", value: 20 }]);
    assert.equal(await page.evaluate(() => window.rudderanalytics.sent.length), 1, "the shop's own call is made");
  });
});

test("Adobe's own client data layer: what was pushed before its library counts, and contexts of other products do not", async () => {
  const product =
    '{ productId: 111111, sku: "ts001-m", topLevelSku: "ts001", name: "Tee", categories: ["Shirts"], pricing: { regularPrice: 20, currencyCode: "USD" } }';
  const snippet = `<script>
    window.adobeDataLayer = window.adobeDataLayer || [];
    adobeDataLayer.push({ productContext: ${product} });
    adobeDataLayer.push({ event: "product-page-view", eventInfo: { productContext: ${product}, accountContext: { emailAddress: "a@b.c" }, searchInputContext: null } });
    window.loadAdobe = () => { const s = document.createElement("script"); s.src = "/acdl.js"; document.head.append(s); };
  </script>`;
  const files = { "acdl.js": file("@adobe/adobe-client-data-layer/dist/adobe-client-data-layer.min.js") };
  const tee = { item_id: "ts001", item_name: "Tee", item_category: "Shirts", price: 20 };
  await visit({ html: snippet, files, source: "window.adobeDataLayer" }, async (page, heard) => {
    await page.evaluate(() => window.loadAdobe());
    await heard([{ event: "view_item", items: [tee] }]);
    await page.evaluate(() => {
      const product = { sku: "mug", name: "Mug", pricing: { regularPrice: 8, specialPrice: 6 } };
      window.adobeDataLayer.push({
        event: "add-to-cart",
        eventInfo: {
          productContext: { sku: "ts001" },
          changedProductsContext: { items: [{ id: "1", product, quantity: 2, prices: { price: { value: 6 } } }] },
        },
      });
    });
    await heard([{ event: "add_to_cart", items: [{ item_id: "mug", item_name: "Mug", price: 6, quantity: 2 }] }]);
    await page.evaluate(() =>
      window.adobeDataLayer.push({ component: { "product-7": { "xdm:SKU": "k7", "dc:title": "Kettle", "xdm:listPrice": 30 } } }),
    );
    await page.evaluate(() =>
      window.adobeDataLayer.push({ event: "cif:addToCart", eventInfo: { path: "component.product-7", "xdm:quantity": 1 } }),
    );
    await heard([{ event: "add_to_cart", items: [{ item_id: "k7", item_name: "Kettle", price: 30, quantity: 1 }] }]);
    const length = await page.evaluate(() => window.adobeDataLayer.push({ event: null, eventInfo: 5 }));
    assert.ok(length > 0, "what is broken reaches the shop's own code unharmed");
  });
});

test("Matomo's tag manager: a list whose push is replaced, and an object that has only push", async () => {
  const item = '{ item_id: "p1", item_name: "Case", item_category: "phones", price: 10, quantity: 1 }';
  const snippet = `<script>
    window._mtm = window._mtm || [];
    _mtm.push({ "mtm.startTime": 1, event: "mtm.Start" }, { ecommerce: null }, { event: "view_item", ecommerce: { items: [${item}] } }, ["method", 1]);
    window.loadMatomo = () => { const { push } = window._mtm; window._mtm.push = function (...given) { push.apply(window._mtm, given); window.seen = given; }; };
    window.mtm = { push: (its) => { window.seen = [its]; } };
  </script>`;
  const view = { event: "view_item", items: [{ item_id: "p1", item_name: "Case", item_category: "phones", price: 10, quantity: 1 }] };
  await visit({ html: snippet, source: "window._mtm" }, async (page, heard) => {
    await heard([{ event: "mtm.Start" }, view]);
    await page.evaluate(() => window.loadMatomo());
    await page.evaluate((its) => window._mtm.push({ event: "add_to_cart", ecommerce: { items: [its] } }), view.items[0]);
    await heard([{ ...view, event: "add_to_cart" }]);
    await page.evaluate(() => void (window.stopObject = window.fw.attach(window.mtm)));
    await page.evaluate(() => window.mtm.push({ event: "add_to_wishlist" }));
    await heard([{ event: "add_to_wishlist" }]);
    await page.evaluate(() => window.stopObject());
  });
});

test("Shopify: events on the document, views in the markup, and a cart whose lines name no product", async () => {
  const payload = JSON.stringify({
    product: { id: 678, title: "Health potion", handle: "hp", selectedVariant: null },
    context: "page",
    selectedOptions: [],
  });
  const html = `<product-component view-event-payload='${payload}'></product-component>
    <script>
      class StandardEvent extends Event { constructor(type, payload) { super(type, { bubbles: true }); Object.assign(this, payload); } }
      window.shopify = (type, payload) => document.body.dispatchEvent(new StandardEvent("shopify:" + type, payload));
      window.variant = { id: "gid://shopify/ProductVariant/39", title: "M", price: { amount: "10.00", currencyCode: "CAD" } };
    </script>`;
  const potion = { item_id: "678", item_name: "Health potion" };
  await visit({ html, source: "document" }, async (page, heard) => {
    await heard([{ event: "view_item", items: [potion] }], "read from the markup");
    await page.evaluate(() =>
      window.shopify("product:view", {
        context: "page",
        product: { id: "gid://shopify/Product/678", title: "Health potion", selectedVariant: window.variant },
      }),
    );
    await heard([], "the event of the same view");
    await page.evaluate(() =>
      window.shopify("product:view", {
        context: "dialog",
        product: {
          id: "gid://shopify/Product/679",
          title: "Mana",
          selectedVariant: { ...window.variant, id: "gid://shopify/ProductVariant/40" },
        },
      }),
    );
    await heard([{ event: "view_item", value: 10, items: [{ item_id: "679", item_name: "Mana", price: 10 }] }]);
    await page.evaluate(() =>
      window.shopify("product:view", {
        context: "collection",
        product: { id: "gid://shopify/Product/680", title: "Elixir", selectedVariant: null },
      }),
    );
    await heard([{ event: "view_item_list", items: [{ item_id: "680", item_name: "Elixir" }] }]);
    const add = (cart) =>
      page.evaluate(
        (its) =>
          window.shopify("cart:lines-update", {
            action: "add",
            context: "product",
            lines: [{ merchandiseId: "gid://shopify/ProductVariant/40", quantity: 2 }],
            promise: Promise.resolve(its),
          }),
        cart,
      );
    await add({ cart: { id: "c", lines: [{ id: "L1", quantity: 2 }] } });
    await heard(
      [{ event: "add_to_cart", items: [{ item_id: "679", item_name: "Mana", price: 10, quantity: 2 }] }],
      "the product of a variant that was seen",
    );
    await page.waitForTimeout(1100);
    await add({ cart: null, userErrors: [{ message: "sold out" }] });
    await page.evaluate(() =>
      window.shopify("cart:lines-update", { action: "add", lines: [], promise: Promise.reject(new Error("offline")) }),
    );
    await heard([], "a change that was not made");
    await page.evaluate(() =>
      window.shopify("cart:lines-update", {
        action: "update",
        lines: [{ id: "L1", quantity: 1 }],
        promise: Promise.resolve({ cart: { lines: [{ id: "L1", quantity: 1 }] } }),
      }),
    );
    await page.evaluate(() =>
      window.shopify("cart:lines-update", {
        action: "update",
        lines: [{ id: "L1", quantity: 3 }],
        promise: Promise.resolve({ cart: { lines: [{ id: "L1", quantity: 3 }] } }),
      }),
    );
    await heard([{ event: "remove_from_cart" }, { event: "add_to_cart" }]);
    await page.evaluate(() => window.shopify("search:update", { search: { query: "potion" } }));
    await page.evaluate(() =>
      window.shopify("page:view", { page: { template: "search", title: "Search", url: "https://shop.test/search?q=mana" } }),
    );
    await heard([
      { event: "search", search_term: "potion" },
      { event: "search", search_term: "mana" },
    ]);
    await page.evaluate(() =>
      window.shopify("cart:discount-update", {
        discountCodes: [{ code: "X" }],
        promise: Promise.resolve({ cart: { discountCodes: [{ code: "X", applicable: false }] } }),
      }),
    );
    await heard([{ event: "coupon_fail" }]);
    await page.evaluate(() => window.shopify("product:view", {}));
    await page.evaluate(() => document.dispatchEvent(new CustomEvent("shopify:cart:lines-update", { detail: { action: 5 } })));
    await heard([], "what is none of the standard harms nobody");
  });
});

test("WooCommerce: blocks that name no product, the store of the cart, and jQuery's events of classic themes", async () => {
  const html = `<script type="application/ld+json">{"@context":"https://schema.org/","@type":"Product","name":"Mug &amp;amp; spoon","sku":55,
      "category":"Kitchen","offers":[{"@type":"Offer","priceSpecification":[{"@type":"UnitPriceSpecification","price":"19.99","priceCurrency":"EUR"},{"priceType":"https://schema.org/ListPrice","price":"25"}]}]}</script>
    <script>
      window.items = [];
      window.wp = { data: { select: (name) => name === "wc/store/cart" ? { getCartData: () => ({ items: window.items }) } : undefined } };
      window.jQuery = (target) => ({
        on: (name, listener) => ((target.handlers ??= {})[name] = listener), off: (name) => delete target.handlers?.[name],
        trigger: (name, args) => target.handlers?.[name]?.({}, ...args),
      });
      window.block = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: false }));
    </script>`;
  await visit({ html, source: "document" }, async (page, heard) => {
    await page.evaluate(() => {
      window.items = [
        { key: "k1", id: 55, name: "Mug", quantity: 2, prices: { price: "1999", currency_code: "EUR", currency_minor_unit: 2 } },
      ];
      window.block("wc-blocks_added_to_cart", { preserveCartData: false });
    });
    await heard(
      [{ event: "add_to_cart", items: [{ item_id: "55", item_name: "Mug", item_category: "Kitchen", price: 19.99, quantity: 2 }] }],
      "from the store of the cart",
    );
    await page.evaluate(() => {
      window.items = [];
      window.block("wc-blocks_removed_from_cart", {});
    });
    await heard([
      { event: "remove_from_cart", items: [{ item_id: "55", item_name: "Mug", item_category: "Kitchen", price: 19.99, quantity: 2 }] },
    ]);
    await page.evaluate(() =>
      window.dispatchEvent(
        new CustomEvent("wc-blocks_store_sync_required", { detail: { type: "from_iAPI", quantityChanges: { productsPendingAdd: [55] } } }),
      ),
    );
    await heard(
      [{ event: "add_to_cart", items: [{ item_id: "55", item_name: "Mug & spoon", item_category: "Kitchen", price: 19.99 }] }],
      "completed from the page's own description",
    );
    const button = (data) =>
      page.evaluate((its) => window.jQuery(document.body).trigger("added_to_cart", [{}, "hash", its && { data: (key) => its[key] }]), data);
    await button({ product_id: 77, quantity: 3 });
    await heard([{ event: "add_to_cart", items: [{ item_id: "77", quantity: 3 }] }]);
    await button(undefined);
    await button(undefined);
    await heard([{ event: "add_to_cart" }], "the same twice within a second is one");
  });
});

test("schema.org products as pages have them: graphs, groups, broken JSON, prices as text", async () => {
  const scripts = [
    '{"@context":"https://schema.org","@graph":[{"@type":"WebPage"},{"@type":["Product"],"sku":"a1","name":"A","offers":{"price":"1,299.00","priceCurrency":"USD"},"isRelatedTo":{"@type":"Product","sku":"no"}}]}',
    '{"@type":"ProductGroup","productGroupID":"g","name":"Shirt","brand":{"@type":"Brand","name":"Acme"},"hasVariant":[{"@type":"Product","sku":"g-s","offers":{"price":48.8}},{"@type":"Product","sku":"g-m","offers":{"price":49.8}}]}',
    '[{"@type":"https://schema.org/Product","sku":"b2","name":"B","offers":{"@type":"AggregateOffer","lowPrice":"5","highPrice":"9"},}]',
    '{"@type":"ItemPage","mainEntity":{"@type":"Product","sku":"c3","name":"C\n line","offers":[{"price":"1.299,50 €"}]}}',
    '{"@type":"Product","sku":"d4","name":"D","offers":{"price":"0.00"}}',
    "this is no JSON {",
    '{"@type":"ItemList","itemListElement":[{"@type":"Product","sku":"no2"}]}',
  ];
  const html = scripts.map((text) => `<script type="application/ld+json">${text}</script>`).join("");
  await visit({ html, source: "document" }, async (page, heard) => {
    const told = async (id) => {
      await page.evaluate(
        (its) => document.body.dispatchEvent(new CustomEvent("wc-blocks_viewed_product", { detail: { productId: its } })),
        id,
      );
    };
    for (const id of ["a1", "g", "g-m", "b2", "c3", "d4", "no", "no2"]) await told(id);
    await heard([
      { event: "select_item", items: [{ item_id: "a1", item_name: "A", price: 1299 }] },
      { event: "select_item", items: [{ item_id: "g", item_name: "Shirt", price: 48.8 }] },
      { event: "select_item", items: [{ item_id: "g-m", item_name: "Shirt", price: 49.8 }] },
      { event: "select_item", items: [{ item_id: "b2", item_name: "B", price: 5 }] },
      { event: "select_item", items: [{ item_id: "c3", item_name: "C  line", price: 1299.5 }] },
      { event: "select_item", items: [{ item_id: "d4", item_name: "D" }] },
      { event: "select_item", items: [{ item_id: "no" }] },
      { event: "select_item", items: [{ item_id: "no2" }] },
    ]);
  });
  const one = '<script type="application/ld+json">{"@type":"Product","sku":"a1","name":"A","offers":{"price":"3"}}</script>';
  await visit({ html: one, source: "document", options: "{ views: true }" }, async (page, heard) => {
    await heard([{ event: "view_item", value: 3, items: [{ item_id: "a1", item_name: "A", price: 3 }] }]);
    await page.evaluate(() => {
      const script = Object.assign(document.createElement("script"), {
        type: "application/ld+json",
        textContent: '{"@type":"Product","sku":"b","name":"B"}',
      });
      document.head.append(script);
    });
    await heard([{ event: "view_item", items: [{ item_id: "b", item_name: "B" }] }], "the next page of a single-page shop");
  });
});

test("rage clicks, dead clicks, dwell and scroll depth count only where the shop asks for them", async () => {
  const html = `<button id="dead">Nothing</button> <button id="live" onclick="this.textContent = 'done ' + Date.now()">Works</button>
    <p id="text">text</p><div style="height: 4000px"></div>`;
  await visit({ html, source: "document" }, async (page, heard) => {
    await page.click("#dead", { clickCount: 3 });
    await page.waitForTimeout(2300);
    await heard([], "nothing was asked for");
  });
  await visit(
    { html, source: "document", options: "{ rageClicks: true, deadClicks: true, dwell: true, scroll: true }" },
    async (page, heard) => {
      await page.click("#live", { clickCount: 3 });
      await heard([{ event: "rage_click" }]);
      await page.waitForTimeout(2300);
      await heard([], "the page changed");
      await page.click("#text");
      await page.waitForTimeout(2300);
      await heard([], "a text is no control");
      await page.click("#dead");
      await page.waitForTimeout(2300);
      await heard([{ event: "dead_click" }]);
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight * 0.6));
      await page.waitForTimeout(300);
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await page.waitForTimeout(300);
      const all = await page.evaluate(() =>
        window.heard.filter(({ event }) => event === "scroll").map(({ percent_scrolled }) => percent_scrolled),
      );
      assert.ok(all.length >= 1 && all.at(-1) === 90 && new Set(all).size === all.length, `${all}`);
      await page.evaluate(() => {
        window.heard.length = 0;
        window.dispatchEvent(new Event("pagehide"));
      });
      assert.deepEqual(await page.evaluate(() => window.heard), [{ event: "user_engagement", dwelt: true }]);
    },
  );
});
