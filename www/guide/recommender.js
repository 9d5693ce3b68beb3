/**
 * What to show the shopper, and why: loads `floorwalker/recommend` and its words after the first decision, and asks them.
 *
 * The shop never waits for them. Until they are there, and if they cannot load, every list here is empty, and the shop shows what it shows
 * to everybody.
 */
import { signal } from "../signal.js";
import { all, product } from "../shop/catalogue.js";
import { lang, pick } from "../words/i18n.js";
import { valueName } from "../words/names.js";
import { engine, note, onConsent } from "./shopper.js";

const INDEX = "/models/store.fwi";
/** What a value that the shopper says they like adds to a score, in logits. */
const LIKED = 1.5;
/** Reasons that are the same for every shopper, and the least that another must add to a score to count. */
const GENERAL = new Set(["popular", "trending"]);
const TELLING = 0.1;

/** @typedef {import("../shop/catalogue.js").Product} Product */
/** @typedef {import("floorwalker/recommend").Asked} Asked */
/** @typedef {import("floorwalker/recommend").Preference} Preference */
/** @typedef {import("floorwalker/recommend").Recommendation} Recommendation */
/** @typedef {import("floorwalker").Floorwalker & import("floorwalker/recommend").Recommends} Equipped */
/** @typedef {{ product: Product, why: string, own: boolean }} Pick a product, why it is shown, and whether that has to do with this shopper */

/** @type {Equipped | null} */
let it = null;
/** @type {typeof import("floorwalker/words") | null} */
let words = null;
/** @type {import("../signal.js").Signal<void>} */
const changed = signal();
/** Something was learnt or forgotten, so that other products may be picked. */
export const onPicks = changed.on;

/** Loads what recommends. Never rejects. */
export async function equipShop() {
  const fw = engine();
  if (!fw) return;
  try {
    const [{ equip }, spoken] = await Promise.all([import("floorwalker/recommend"), import("floorwalker/words")]);
    const equipped = await equip(fw, INDEX);
    [it, words] = [equipped, spoken];
  } catch (error) {
    // The shop does without, as it does before this has loaded.
    console.info(error);
    return;
  }
  for (const kind of /** @type {const} */ (["change", "erase"])) fw.on(/** @type {"change"} */ (kind), () => changed.emit());
  onConsent(() => changed.emit());
  changed.emit();
}

/** Whether what recommends has loaded. */
export const isEquipped = () => it !== null;
/** Whether anything is known of the shopper's taste. */
export const isKnown = () => preferences().length > 0;

/** The products for this shopper. What they said of departments, brands and prices holds. @param {Asked} asked */
export const picked = (asked) => listed((its) => its.recommend({ ...asked, ...said(its) }));
/** Products like this one, or looked at with it. @param {string} id @param {Asked} asked */
export const similarTo = (id, asked) => listed((its) => its.similar(id, asked));
/** Products that are bought together with these. @param {string[]} ids @param {Asked} asked */
export const boughtWith = (ids, asked) => listed((its) => its.boughtTogether(ids, asked));

/** What the shopper likes more or less than others do: most liked first. @returns {Preference[]} */
export const preferences = () => attempt((its) => its.preferences()) ?? [];

/** A preference in sentences. @param {Preference} preference */
export const tasteWords = (preference) =>
  attempt((_, { taste }) => taste({ ...preference, value: valueName(preference.attribute, preference.value) }, lang()));

/** The shopper says what they think of a value. @param {string} attribute @param {string} value @param {boolean | null} likes */
export function prefer(attribute, value, likes) {
  attempt((its) => its.prefer(attribute, value, likes));
  note("answer", { attribute, value });
}

/**
 * What the shopper said they like counts for more in a list: the scores count an answer as some looks. What they do not want is never listed.
 *
 * @param {Equipped} its
 * @returns {Asked}
 */
function said(its) {
  const liked = its.preferences().filter(({ evidence }) => evidence.answer);
  /** @param {Product} p */
  const isLiked = (p) => liked.some(({ attribute, value }) => its.item(p.id)?.attributes[attribute] === value);
  return { boost: Object.fromEntries(all().flatMap((p) => (isLiked(p) ? [[p.id, LIKED]] : []))) };
}

/** @param {(its: Equipped) => Recommendation} ask @returns {Pick[]} */
const listed = (ask) =>
  attempt((its, { because }) =>
    ask(its).items.flatMap((item) => {
      const known = product(item.itemId);
      return known ? [{ product: known, why: because(item, lang(), title), own: isOwn(item) }] : [];
    }),
  ) ?? [];

/** Whether something other than what all shoppers do speaks for an item. @param {import("floorwalker/recommend").Recommended} item */
const isOwn = ({ reasons }) => reasons.some(({ signal, contribution }) => !GENERAL.has(signal) && contribution >= TELLING);

/** @param {string} id */
function title(id) {
  const known = product(id);
  return known && pick(known, "name");
}

/** @template T @param {(its: Equipped, words: typeof import("floorwalker/words")) => T} work @returns {T | null} */
function attempt(work) {
  if (!it || !words) return null;
  try {
    return work(it, words);
  } catch (error) {
    console.info(error);
    return null;
  }
}
