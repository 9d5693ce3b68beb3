/**
 * Product pictures, drawn as SVG by code: a studio backdrop, a shadow, and one of the shapes, in the product's own colours.
 * The same product always looks the same. Pictures are `data:` URLs, so nothing is fetched.
 */
import { h } from "../dom.js";
import { pick } from "../words/i18n.js";
import { rank, seed } from "./catalogue.js";
import { TECH } from "./shapes-tech.js";
import { WEAR } from "./shapes-wear.js";
import { LIVING } from "./shapes-living.js";
import { MORE } from "./shapes-more.js";

/** @typedef {{ main: string, dark: string, light: string, accent: string }} Ink */
/** @typedef {import("./catalogue.js").Product} Product */

const SHAPES = { ...TECH, ...WEAR, ...LIVING, ...MORE };

/**
 * Patterns and shapes: the first pattern that matches the product's English name decides its shape.
 *
 * @type {[pattern: RegExp, shape: string][]}
 */
const BY_NAME = [
  [/magnetic|wireless charger/i, "puck"],
  [/glass|protector/i, "glass"],
  [/mount|holder/i, "mount"],
  [/vest|tank top/i, "vest"],
  [/scarf/i, "scarf"],
  [/coffee|espresso/i, "coffeemachine"],
  [/pour-?over/i, "pourover"],
  [/purifier|humidifier/i, "purifier"],
  [/vacuum/i, "vacuum"],
  [/cooker/i, "cooker"],
  [/fryer/i, "fryer"],
  [/trimmer|shaver|razor/i, "trimmer"],
  [/gift box|gift set|soap/i, "giftbox"],
  [/projector/i, "projector"],
  [/board game|strategy/i, "boardgame"],
  [/\bkite/i, "kite"],
  [/\bkit\b/i, "robot"],
  [/case|cover/i, "phonecase"],
  [/power ?bank|powerpack|battery/i, "powerbank"],
  [/charger|adapter|dock/i, "charger"],
  [/cable|cord/i, "cable"],
  [/headphone|headset/i, "headphones"],
  [/bud|earphone|earbud/i, "earbuds"],
  [/sound ?bar|\bbar\b/i, "soundbar"],
  [/speaker/i, "speaker"],
  [/turntable|vinyl/i, "turntable"],
  [/microphone|\bmic\b/i, "microphone"],
  [/keyboard/i, "keyboard"],
  [/mouse/i, "mouse"],
  [/monitor|display|\btv\b/i, "monitor"],
  [/tablet|slate|e-?reader/i, "tablet"],
  [/watch|band\b/i, "watch"],
  [/camera/i, "camera"],
  [/laptop|notebook|chromebook|ultrabook/i, "laptop"],
  [/smartphone|phone/i, "phone"],
  [/boot/i, "boot"],
  [/heel|pump/i, "heel"],
  [/sandal|slipper|slide/i, "sandal"],
  [/oxford|loafer|derby|brogue/i, "oxford"],
  [/sneaker|trainer|runner|shoe|running/i, "sneaker"],
  [/t-?shirt|tee\b/i, "tshirt"],
  [/dress|skirt|gown/i, "dress"],
  [/jacket|coat|parka|shell|blazer/i, "jacket"],
  [/jeans|trouser|chino|pants|legging|shorts/i, "trousers"],
  [/sweater|hoodie|cardigan|jumper|fleece|pullover/i, "sweater"],
  [/shirt|blouse|polo/i, "shirt"],
  [/bag|tote|backpack|satchel/i, "bag"],
  [/hat|cap\b|beanie/i, "hat"],
  [/throw|blanket|duvet|towel|bedding|sheet/i, "blanket"],
  [/lamp|light/i, "lamp"],
  [/mug|cup\b/i, "mug"],
  [/pan\b|pot\b|skillet|wok|casserole|cookware/i, "pan"],
  [/kettle|teapot/i, "kettle"],
  [/vase|planter|plant/i, "vase"],
  [/chair|sofa|armchair|stool/i, "armchair"],
  [/cushion|pillow/i, "cushion"],
  [/candle/i, "candle"],
  [/lipstick|lip\b|balm/i, "lipstick"],
  [/serum|oil\b|drops|toner/i, "serum"],
  [/parfum|perfume|fragrance|cologne/i, "perfume"],
  [/dryer/i, "hairdryer"],
  [/toothbrush|brush|razor|shaver/i, "toothbrush"],
  [/sunscreen|lotion|shampoo|cleanser|tube|wash|gel\b/i, "tube"],
  [/cream|mask|moistur|palette/i, "jar"],
  [/block|brick|building/i, "blocks"],
  [/\bbear\b|plush|bunny|doll|teddy/i, "teddy"],
  [/train\b|train set/i, "train"],
  [/puzzle|game\b|cards/i, "puzzle"],
  [/car\b|truck|racer|drone/i, "car"],
  [/robot|talking/i, "robot"],
];

/** @type {Record<string, string>} */
const BY_CATEGORY = {
  accessories: "cable",
  sports: "sneaker",
  phones: "phone",
  audio: "headphones",
  laptops: "laptop",
  computers: "laptop",
  shoes: "sneaker",
  clothing: "tshirt",
  fashion: "dress",
  home: "lamp",
  kitchen: "mug",
  beauty: "serum",
  toys: "blocks",
};

/** The colours that products come in: for each name `[main, dark, light]`. @type {Record<string, [string, string, string]>} */
const COLOURS = {
  graphite: ["#3c434d", "#23282f", "#6b7480"],
  sand: ["#d9c3a0", "#b3976b", "#efe3cd"],
  sage: ["#8aa58c", "#5f7d66", "#c3d4c2"],
  ocean: ["#3f6f9b", "#27496b", "#86abcb"],
  clay: ["#c8704f", "#964a30", "#e5a88e"],
  plum: ["#7b5678", "#523751", "#b495b0"],
  cream: ["#e4d6bc", "#b9a47d", "#f4ecdc"],
  mustard: ["#d9a441", "#a87620", "#f0cf8c"],
  rose: ["#d99a9b", "#b06a6f", "#f1cfcd"],
  teal: ["#2f7f79", "#1c5652", "#79b7b0"],
};

/** @type {Record<string, string[]>} */
const FAMILY = {
  phones: ["graphite", "ocean", "sage", "plum", "sand"],
  audio: ["cream", "graphite", "clay", "teal", "sand"],
  accessories: ["graphite", "cream", "clay", "sage", "ocean", "sand", "plum"],
  laptops: ["graphite", "sand", "ocean", "cream", "sage"],
  shoes: ["clay", "ocean", "cream", "graphite", "mustard"],
  clothing: ["sage", "cream", "ocean", "rose", "mustard", "plum"],
  home: ["sand", "clay", "cream", "teal", "sage", "mustard"],
  beauty: ["rose", "cream", "plum", "sage", "clay"],
  toys: ["mustard", "clay", "teal", "ocean", "rose"],
};

const BACKDROPS = [
  ["#f3ede3", "#e4d9c8"],
  ["#e9efec", "#d3dfd9"],
  ["#f2e9e6", "#e4d2cc"],
  ["#e8edf2", "#d0dae4"],
  ["#efeee6", "#dcdac9"],
  ["#ece8f0", "#d9d1e0"],
];

/** The colours that a product is available in; the first is the one that it is shown in. @param {Product} product */
export function coloursOf(product) {
  const family = FAMILY[product.category] ?? Object.keys(COLOURS);
  const named = family.indexOf(/\bwhite\b|clear/i.test(product.description_en) ? "cream" : "");
  const start = named >= 0 ? named : rank(product) % family.length;
  return [0, 1, 2].map((i) => family[(start + i) % family.length]);
}

/** The swatch of a colour. @param {string} name */
export const swatch = (name) => COLOURS[name][0];

/** @param {Product} product */
export function shapeOf(product) {
  const hit = BY_NAME.find(([pattern]) => pattern.test(product.name_en));
  return hit ? hit[1] : (BY_CATEGORY[product.category] ?? "parcel");
}

/** @type {Map<string, string>} */
const drawn = new Map();

/** The `data:` URL of a product's picture. @param {Product} product @param {string} [colour] */
export function pictureUrl(product, colour = coloursOf(product)[0]) {
  const key = `${product.id} ${colour}`;
  const known = drawn.get(key);
  if (known) return known;
  const n = seed(`${product.id}${product.name_en}`);
  const [main, dark, light] = COLOURS[colour];
  const accents = ["#f3c66b", "#e9815f", "#7fb8ad", "#f6efe2", "#8fb0d6"];
  const ink = { main, dark, light, accent: accents[n % accents.length] };
  const url = `data:image/svg+xml,${encodeURIComponent(frame(SHAPES[shapeOf(product)](ink), BACKDROPS[(rank(product) * 5 + seed(product.category)) % BACKDROPS.length]))}`;
  drawn.set(key, url);
  return url;
}

/** @param {string} shape @param {string[]} backdrop */
function frame(shape, [near, far]) {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><defs>` +
    `<radialGradient id="b" cx=".5" cy=".38" r=".8"><stop offset="0" stop-color="${near}"/><stop offset="1" stop-color="${far}"/></radialGradient>` +
    `<radialGradient id="s"><stop offset="0" stop-color="#3a2f20" stop-opacity=".34"/><stop offset="1" stop-color="#3a2f20" stop-opacity="0"/></radialGradient>` +
    `<linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".5"/><stop offset=".55" stop-color="#fff" stop-opacity="0"/></linearGradient>` +
    `</defs><rect width="400" height="400" fill="url(#b)"/><path d="M0 302h400v98H0z" fill="${far}" opacity=".45"/>` +
    `<ellipse cx="200" cy="322" rx="140" ry="20" fill="url(#s)"/>${shape}</svg>`
  );
}

/** An `<img>` of a product. @param {Product} product @param {{ colour?: string, class?: string, decorative?: boolean }} [options] */
export function picture(product, options = {}) {
  return h("img", {
    src: pictureUrl(product, options.colour),
    alt: options.decorative ? "" : pick(product, "name"),
    class: options.class,
    width: 400,
    height: 400,
    decoding: "async",
  });
}
