// Puts a decision, or why an item is recommended, into plain words, in English or Chinese. It has an entry point of its own (`floorwalker/words`), so that a page that
// shows no words does not load them.
import { failure } from "./failure.js";

/** @import { Decision, Evidence, ExpectedWait, LeastChange, Probability, RankedQueue } from "floorwalker" */
/** @import { Preference, Recommended } from "floorwalker/recommend" */
/** @import { Words } from "floorwalker/words" */

/**
 * A decision to the sentence about its outcome, which reads only what a decision of that outcome has.
 * @typedef {Decision & { agent: NonNullable<Decision["agent"]>, abstainReason: NonNullable<Decision["abstainReason"]> }} Told
 */

/**
 * The sentences of one language.
 * @typedef {object} Sentences
 * @property {Record<Decision["outcome"], (decision: Told, nuance: { close: boolean }) => string>} outcome
 * @property {Partial<Record<RankedQueue["standing"], string>>} standing
 * @property {(name: string, percent: number) => string} intent
 * @property {(wait: ExpectedWait) => string} wait
 * @property {(ranked: RankedQueue) => string} other
 * @property {(evidence: Evidence) => string} evidence
 * @property {string} stale
 * @property {(change: NonNullable<LeastChange["intent"]>) => string} moved
 * @property {(waiting: number) => string} line
 * @property {string} colon
 */

/** @type {Record<"en" | "zh", Sentences>} */
const WORDS = {
  en: {
    outcome: {
      best: (d, n) => `“${d.goesTo}” suits best${n.close ? ", narrowly" : ""}.`,
      explored: (d) => `“${d.goesTo}” was tried by chance, to learn how well it does.`,
      holdout: (d) => `“${d.goesTo}” was drawn at random, as for a small share of requests, to measure the others against.`,
      preferred: (d) => `${d.agent.agent} helped last time and is here, in “${d.goesTo}”.`,
      bot: (d) => `“${d.goesTo}” answers first.`,
      overflow: (d) => `None of the queues meant for this can take it now; “${d.goesTo}” can.`,
      closed: (d) => `Nobody is here now; “${d.goesTo}” takes a message.`,
      default: (d) => `${ABSTAINED.en[d.abstainReason]} It goes to “${d.goesTo}”.`,
    },
    standing: {
      elsewhere: "the policy names other queues",
      skipped: "the policy skips it now",
      skill: "it lacks a skill that is required",
      language: "it does not speak the language",
      full: "its line is full",
      closed: "it is closed",
      unstaffed: "nobody is there",
      closing: "it closes before it would answer",
    },
    intent: (name, percent) => `“${name}” is likely here (${percent} %), and it can help with that`,
    wait: ({ low, high }) =>
      high < 5 ? "an answer at once" : high < Infinity ? `an answer in about ${span(low, high, "s", "min")}` : "nobody is there now",
    other: (ranked) => `“${ranked.queue}” came next`,
    evidence: ({ message, events }) =>
      message || events
        ? `It is based on ${[message && "the message", events && (events === 1 ? "one event" : `${events} events`)].filter(Boolean).join(" and ")}.`
        : "Nothing is known of this shopper yet; these are averages of all who ask.",
    stale: "what is known of the queues is old, and counts less",
    moved: (c) => `If “${c.to}” were ${percent(c.by)} points likelier instead of “${c.from}”, another queue would be chosen.`,
    line: (n) => `With ${n} more waiting there, another queue would be chosen.`,
    colon: ": ",
  },
  zh: {
    outcome: {
      best: (d, n) => `“${d.goesTo}”最合适${n.close ? "，但优势很小" : ""}。`,
      explored: (d) => `随机尝试“${d.goesTo}”，以了解效果。`,
      holdout: (d) => `随机分到“${d.goesTo}”：一小部分请求随机分流，作为对照。`,
      preferred: (d) => `上次接待的 ${d.agent.agent} 在线，属于“${d.goesTo}”。`,
      bot: (d) => `先由“${d.goesTo}”回答。`,
      overflow: (d) => `对应技能组现在都无法接待，改由“${d.goesTo}”接待。`,
      closed: (d) => `现在无人在线，可在“${d.goesTo}”留言。`,
      default: (d) => `${ABSTAINED.zh[d.abstainReason]}由“${d.goesTo}”接待。`,
    },
    standing: {
      elsewhere: "策略为此指定其他技能组",
      skipped: "策略现在跳过它",
      skill: "缺少必需的技能",
      language: "不支持该语言",
      full: "排队已满",
      closed: "已下班",
      unstaffed: "无人在线",
      closing: "还没轮到就下班",
    },
    intent: (name, percent) => `可能是“${name}”（${percent}%），该技能组能处理`,
    wait: ({ low, high }) => (high < 5 ? "可立即接待" : high < Infinity ? `预计等待 ${span(low, high, "秒", "分钟")}` : "现在无人在线"),
    other: (ranked) => `其次是“${ranked.queue}”`,
    evidence: ({ message, events }) =>
      message || events
        ? `依据：${[message && "消息", events && `${events} 次行为`].filter(Boolean).join("、")}。`
        : "还不了解这位顾客，以下是所有咨询者的平均概率。",
    stale: "技能组信息较旧，权重降低",
    moved: (c) => `若“${c.to}”的概率再高 ${percent(c.by)} 个百分点（“${c.from}”相应降低），会选别的技能组。`,
    line: (n) => `若那里再多 ${n} 人等待，会选别的技能组。`,
    colon: "：",
  },
};

/** @type {Record<"en" | "zh", Record<NonNullable<Decision["abstainReason"]>, string>>} */
const ABSTAINED = {
  en: {
    threshold: "No queue fits well enough.",
    margin: "Two needs are almost equally likely, and have different queues.",
    closed: "Nobody is here now.",
    unmatched: "No rule matches this request.",
    nobody: "None of the queues meant for this can take it now.",
    out_of_scope: "No queue is for what the message asks.",
    unsure: "No need is likely enough.",
  },
  zh: {
    threshold: "没有足够合适的技能组，",
    margin: "两种需求可能性相近，分属不同技能组，",
    closed: "现在无人在线，",
    unmatched: "没有适用的规则，",
    nobody: "对应技能组现在都无法接待，",
    out_of_scope: "消息与各技能组业务无关，",
    unsure: "还不能确定需要什么，",
  },
};

/** Outcomes in which the queue is only the place for requests that found no other: no intent is a reason for it. */
const LEFTOVER = ["overflow", "closed", "default"];
/** The lowest probability at which an intent is named as a reason. */
const LIKELY = 0.1;

/** See words.d.ts. @param {Decision} decision @param {string} [language] @returns {Words} */
export function say(decision, language = "en") {
  if (!Array.isArray(decision?.ranking)) throw failure("option_invalid", "say takes the decision that route gave");
  const words = WORDS[/^zh/i.test(language) ? "zh" : "en"];
  const going = /** @type {RankedQueue} */ (decision.ranking.find((ranked) => ranked.queue === decision.goesTo));
  const suited = LEFTOVER.includes(decision.outcome) ? [] : going.reasons;
  const reasons = suited
    .map(({ name }) => /** @type {Probability} */ (decision.intents.find((intent) => intent.name === name)))
    .filter(({ probability }) => probability >= LIKELY)
    .map(({ name, probability }) => words.intent(name, percent(probability)));
  if (going.ewtSeconds) reasons.push(words.wait(going.ewtSeconds));
  if (decision.freshness < 1 && decision.ranking.some((ranked) => ranked.ewtSeconds)) reasons.push(words.stale);
  const change = decision.leastChange;
  return {
    headline: words.outcome[decision.outcome](/** @type {Told} */ (decision), {
      close: decision.margin < 0.1 && decision.alternatives.length > 0,
    }),
    evidence: words.evidence(decision.evidence),
    reasons,
    alternatives: decision.alternatives.map((ranked) =>
      ranked.ewtSeconds ? words.other(ranked) + words.colon + words.wait(ranked.ewtSeconds) : words.other(ranked),
    ),
    passedOver: decision.ranking
      .filter((ranked) => ranked !== going && words.standing[ranked.standing])
      .map((ranked) => `“${ranked.queue}”${words.colon}${words.standing[ranked.standing]}`),
    change: /** @type {string[]} */ (
      [change?.intent && words.moved(change.intent), change?.waiting && words.line(change.waiting)].filter(Boolean)
    ),
  };
}

/** @typedef {(item: string | undefined) => string} Because the sentence, with the title of the item that it rests on, if it rests on one */
/**
 * Why an item is listed, by the signal that adds most to its score.
 * @type {Record<"en" | "zh", Record<string, Because>>}
 */
const BECAUSE = {
  en: {
    next_last: (item) => (item ? `Often looked at right after “${item}”` : "Often looked at next"),
    next: (item) => (item ? `Often looked at after “${item}”` : "Often looked at next"),
    together_last: (item) => (item ? `Often looked at together with “${item}”` : "Often looked at together with it"),
    together: (item) => (item ? `Often looked at together with “${item}”` : "Often looked at together with what you saw"),
    neighbours: () => "Shoppers with visits like yours look at it",
    factors: (item) => (item ? `Looked at in visits like those with “${item}”` : "Shoppers with visits like yours look at it"),
    similar: (item) => (item ? `Like “${item}”` : "Like what you saw"),
    bought: (item) => (item ? `Often bought together with “${item}”` : "Often bought together with it"),
    taste: () => "Matches what you like to look at",
    popular: () => "Popular in this shop",
    trending: () => "Popular right now",
    seen: () => "You looked at it before",
  },
  zh: {
    next_last: (item) => (item ? `看过“${item}”的顾客接着常看` : "顾客接着常看"),
    next: (item) => (item ? `看过“${item}”之后常看` : "顾客接着常看"),
    together_last: (item) => (item ? `常与“${item}”一起看` : "常一起看"),
    together: (item) => (item ? `常与“${item}”一起看` : "常与您看过的商品一起看"),
    neighbours: () => "与您浏览相似的顾客也看",
    factors: (item) => (item ? `与看“${item}”的访问相似的访问中常看` : "与您浏览相似的顾客也看"),
    similar: (item) => (item ? `与“${item}”相似` : "与您看过的商品相似"),
    bought: (item) => (item ? `常与“${item}”一起购买` : "常一起购买"),
    taste: () => "符合您的喜好",
    popular: () => "店内热门",
    trending: () => "近期热门",
    seen: () => "您看过它",
  },
};

/** Signals that say nothing of the shopper. */
const GENERAL = ["popular", "trending"];
/** The least that a reason adds to a score to be told, in logits. */
const TELLING = 0.1;

/** The key of a signal's sentence. @param {string} signal */
const named = (signal) => signal.replace(/^seen_.*/, "seen");

/** See words.d.ts. @param {Recommended} item @param {string} [language] @param {(itemId: string) => string | undefined} [title] */
export function because(item, language = "en", title) {
  if (!Array.isArray(item?.reasons)) throw failure("option_invalid", "because takes an item that recommend listed");
  const words = BECAUSE[/^zh/i.test(language) ? "zh" : "en"];
  // Popularity adds to every item alike: it is the reason only where nothing of this shopper is.
  const found = item.reasons.filter(({ contribution }) => contribution >= TELLING);
  const own = found.find(({ signal }) => !GENERAL.includes(signal) && words[named(signal)]);
  const { signal, itemId } = own ?? found.find(({ signal }) => GENERAL.includes(signal)) ?? { signal: "popular", itemId: null };
  return words[named(signal)](itemId === null ? undefined : title?.(itemId) || itemId);
}

/**
 * @typedef {object} Tastes the sentences about a preference, in one language
 * @property {(value: string, usual: number) => string} more
 * @property {(value: string, usual: number) => string} same
 * @property {(value: string, usual: number) => string} less
 * @property {(evidence: Preference["evidence"]) => string[]} counts
 * @property {[liked: string, unwanted: string]} said
 * @property {string} separator
 * @property {string} end
 * @property {string} nothing
 * @property {string} change
 */

/** @type {Record<"en" | "zh", Tastes>} */
const TASTES = {
  en: {
    more: (value, usual) => `You like “${value}” more than other shoppers do (${usual} % of what all shoppers look at).`,
    same: (value, usual) => `You like “${value}” about as much as other shoppers do (${usual} % of what all shoppers look at).`,
    less: (value, usual) => `You like “${value}” less than other shoppers do (${usual} % of what all shoppers look at).`,
    counts: ({ views, likes, carts, purchases, ratings, dislikes }) => [
      some(views, "look", "looks"),
      some(likes, "favourite", "favourites"),
      some(carts, "time in the cart", "times in the cart"),
      some(purchases, "purchase", "purchases"),
      some(ratings, "rating", "ratings"),
      some(dislikes, "item not wanted", "items not wanted"),
    ],
    said: ["you said that you like it", "you said that you do not want it"],
    separator: ", ",
    end: ".",
    nothing: "Nothing yet",
    change: "Say that you like it, or that you do not want it: that counts from then on.",
  },
  zh: {
    more: (value, usual) => `您比其他顾客更喜欢“${value}”（占全部浏览的 ${usual}%）。`,
    same: (value, usual) => `您对“${value}”的喜好与其他顾客相近（占全部浏览的 ${usual}%）。`,
    less: (value, usual) => `您不如其他顾客喜欢“${value}”（占全部浏览的 ${usual}%）。`,
    counts: ({ views, likes, carts, purchases, ratings, dislikes }) => [
      views ? `浏览 ${views} 次` : "",
      likes ? `收藏 ${likes} 次` : "",
      carts ? `加购 ${carts} 次` : "",
      purchases ? `购买 ${purchases} 次` : "",
      ratings ? `评分 ${ratings} 次` : "",
      dislikes ? `不想要 ${dislikes} 次` : "",
    ],
    said: ["您说过喜欢", "您说过不想要"],
    separator: "，",
    end: "。",
    nothing: "暂无记录",
    change: "您可以说喜欢或不想要，之后会以此为准。",
  },
};
/** From how many logits on a taste differs from the average, so that it is worth saying. */
const DIFFERENT = 0.2;

/** See words.d.ts. @param {Preference} preference @param {string} [language] */
export function taste(preference, language = "en") {
  const { value, evidence } = preference ?? {};
  if (!evidence) throw failure("option_invalid", "taste takes one of preferences()");
  const words = TASTES[/^zh/i.test(language) ? "zh" : "en"];
  const headline = words[preference.taste > DIFFERENT ? "more" : preference.taste < -DIFFERENT ? "less" : "same"];
  const said = evidence.answer === null ? "" : words.said[evidence.answer ? 0 : 1];
  const told = [...words.counts(evidence), said].filter(Boolean).join(words.separator) || words.nothing;
  return {
    headline: headline(value, percent(preference.usual)),
    evidence: told[0].toUpperCase() + told.slice(1) + words.end,
    change: words.change,
  };
}

/** @param {number} count @param {string} one @param {string} many */
function some(count, one, many) {
  return count ? `${count} ${count === 1 ? one : many}` : "";
}

/** @param {number} share */
function percent(share) {
  return Math.round(share * 100);
}

/**
 * A range of times as text: in seconds if it ends before two minutes, otherwise in minutes.
 * @param {number} low
 * @param {number} high
 * @param {string} seconds
 * @param {string} minutes
 */
function span(low, high, seconds, minutes) {
  const [unit, name] = high < 120 ? [1, seconds] : [60, minutes];
  const [from, to] = [Math.floor(low / unit), Math.ceil(high / unit)];
  return from === to ? `${to} ${name}` : `${from}–${to} ${name}`;
}
