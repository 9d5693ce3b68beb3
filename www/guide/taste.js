/** The panel's section "Your taste": what the shopper likes more or less than others do, what that rests on, and buttons to correct it. */
import { h } from "../dom.js";
import { t } from "../words/i18n.js";
import { attributeName, valueName } from "../words/names.js";
import { fold } from "./fold.js";
import { isEquipped, prefer, preferences, tasteWords } from "./recommender.js";

const N_LIKES = 4;
const N_DISLIKES = 3;
/** From how many logits on a taste differs from the average, so that it is worth showing. */
const DIFFERENT = 0.2;

/** @typedef {import("floorwalker/recommend").Preference} Preference */
/** @typedef {{ el: HTMLElement, show(preference: Preference): void }} Row */

export function tasteSection() {
  const lead = h("p", { class: "small muted" });
  const likes = h("ul", { class: "tastes" });
  const dislikes = h("ul", { class: "tastes" });
  const [liked, disliked] = [h("h3", null, t("p_taste_likes")), h("h3", null, t("p_taste_dislikes"))];
  let all = false;
  const more = h("button", {
    class: "text-button small",
    type: "button",
    onclick: () => {
      all = !all;
      show();
    },
  });
  const el = fold(t("p_taste"), h("div", { class: "taste", "data-testid": "taste" }, lead, liked, likes, disliked, dislikes, more));
  /** Rows stay the same elements while their preference is known, so that the focus is not lost. @type {Map<string, Row>} */
  const rows = new Map();

  /** @param {HTMLElement} list @param {Preference[]} shown */
  function place(list, shown) {
    const els = shown.map((preference) => {
      const key = `${preference.attribute}=${preference.value}`;
      const row = rows.get(key) ?? rowOf(preference);
      rows.set(key, row);
      row.show(preference);
      return row.el;
    });
    els.forEach((el, at) => {
      if (list.children[at] !== el) list.insertBefore(el, list.children[at] ?? null);
    });
    while (list.children.length > els.length) list.lastElementChild?.remove();
  }

  function show() {
    el.hidden = !isEquipped();
    const known = preferences();
    const [up, down] = [known.filter(isLiked), known.filter(isDisliked).reverse()];
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    lead.textContent = t(known.length ? "p_taste_lead" : "p_taste_none");
    place(likes, all ? up : up.slice(0, N_LIKES));
    place(dislikes, all ? down : down.slice(0, N_DISLIKES));
    liked.hidden = !up.length;
    disliked.hidden = !down.length;
    more.hidden = up.length <= N_LIKES && down.length <= N_DISLIKES;
    more.textContent = all ? t("p_show_less") : t("p_show_all", { n: up.length + down.length });
    // A row that moved from one list to the other has lost the focus.
    if (focused !== document.activeElement && focused && el.contains(focused)) focused.focus({ preventScroll: true });
  }
  return { el, show };
}

/** @param {Preference} preference */
const isLiked = ({ taste, evidence: { answer } }) => answer === true || (answer === null && taste > DIFFERENT);
/** @param {Preference} preference */
const isDisliked = ({ taste, evidence: { answer } }) => answer === false || (answer === null && taste < -DIFFERENT);

/** @param {Preference} preference @returns {Row} */
function rowOf({ attribute, value }) {
  const name = valueName(attribute, value);
  const headline = h("p", { class: "small" });
  const evidence = h("p", { class: "small muted" });
  /** @param {string} text @param {string} label @param {boolean | null} likes */
  const button = (text, label, likes) =>
    h(
      "button",
      {
        class: "chip-button",
        type: "button",
        "aria-label": label,
        "data-says": String(likes),
        onclick: () => prefer(attribute, value, likes),
      },
      text,
    );
  const like = button(t("p_like"), t("p_like_it", { name }), true);
  const unlike = button(t("not_for_me"), t("not_for_me_it", { name }), false);
  const back = button(t("p_take_back"), t("p_take_back_it", { name }), null);
  const el = h(
    "li",
    { "data-attribute": attribute, "data-name": value },
    h("p", { class: "taste-name" }, h("strong", null, name), h("span", { class: "small muted" }, attributeName(attribute))),
    headline,
    evidence,
    h("div", { class: "row" }, like, unlike, back),
  );
  return {
    el,
    show(preference) {
      const { answer } = preference.evidence;
      const words = tasteWords(preference);
      headline.textContent = words?.headline ?? "";
      evidence.textContent = words?.evidence ?? "";
      like.setAttribute("aria-pressed", String(answer === true));
      unlike.setAttribute("aria-pressed", String(answer === false));
      back.hidden = answer === null;
    },
  };
}
