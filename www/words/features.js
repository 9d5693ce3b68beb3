/** Names of features and of heads' outputs in plain words. A name that is unknown here is composed from its words. */
import { lang } from "./i18n.js";
import { capital, either, EVENTS, INTENTS, intentName, readable, valueName } from "./names.js";

/** @typedef {import("./i18n.js").Pair} Pair */

/**
 * Features whose display names cannot be composed from the words of their names.
 *
 * @type {Record<string, Pair>}
 */
const FEATURES = {
  views: ["Products viewed", "浏览次数"],
  views_last_minute: ["Views in the last minute", "最近一分钟浏览次数"],
  lists: ["Lists viewed", "浏览列表次数"],
  products_seen: ["Different products seen", "看过的商品数"],
  categories_seen: ["Different categories seen", "看过的品类数"],
  category_spread: ["Spread over categories", "品类分散度"],
  last_category: ["Last category", "最近看的品类"],
  price_moving_average: ["Recent price level", "近期价格水平"],
  lowest_price: ["Lowest price seen", "看过的最低价"],
  highest_price: ["Highest price seen", "看过的最高价"],
  mean_price: ["Mean price seen", "看过的平均价格"],
  views_a_product: ["Views per product", "每件商品浏览次数"],
  added_value: ["Value added to the cart", "加购金额"],
  checkouts: ["Checkouts begun", "开始结算次数"],
  since_checkout: ["Seconds since checkout", "距上次结算（秒）"],
  purchases_ever: ["Purchases ever", "累计购买次数"],
  order_views: ["Orders looked at", "查看订单次数"],
  struggle: ["Recent problems: failures, impatient clicks", "近期受挫程度"],
  low_rating: ["Lowest rating given", "给出的最低评分"],
  help_specs: ["Help: specifications", "查看规格帮助"],
  help_sizes: ["Help: sizes", "查看尺码帮助"],
  help_coupons: ["Help: coupons", "查看优惠码帮助"],
  help_payment: ["Help: payment", "查看支付帮助"],
  help_tracking: ["Help: tracking", "查看物流帮助"],
  help_repair: ["Help: repair", "查看维修帮助"],
  help_account: ["Help: account", "查看账户帮助"],
  help_contact: ["Help: contact", "查看联系方式"],
  policy_delivery: ["Policy: delivery", "查看配送政策"],
  policy_returns: ["Policy: returns", "查看退货政策"],
  policy_warranty: ["Policy: warranty", "查看保修政策"],
  last_event_help: ["Seconds since a help page", "距上次看帮助（秒）"],
  adds: ["Times something was put into the cart", "加购次数"],
  removes: ["Times something was taken out of the cart", "移出购物车次数"],
  "profile.looks": ["Looks, favourites, carts and purchases", "浏览、收藏、加购与购买次数"],
  "shopper.since_purchase": ["Time since the last purchase", "距上次购买"],
  "shopper.purchases": ["Purchases ever", "累计购买次数"],
  "shopper.spent": ["Spent ever", "累计消费"],
  "shopper.mean_price": ["Mean price looked at, ever", "历来所看商品的均价"],
  "shopper.seen": ["Looks, favourites, carts and purchases, ever", "历来浏览、收藏、加购与购买次数"],
  "shopper.morning": ["Share of looks in the morning", "早晨浏览占比"],
  "shopper.afternoon": ["Share of looks in the afternoon", "下午浏览占比"],
  "shopper.evening": ["Share of looks in the evening", "晚间浏览占比"],
  "shopper.weekend": ["Share of looks on weekends", "周末浏览占比"],
  "visit.looks": ["Looks, favourites and carts this visit", "本次浏览、收藏与加购次数"],
  "visit.looks_a_minute": ["Looks, favourites and carts in the last minute", "最近一分钟浏览、收藏与加购次数"],
  "visit.items": ["Different products this visit", "本次看过的商品数"],
  "visit.pieces": ["Pieces put into the cart this visit", "本次加购件数"],
  "visit.dearest": ["Dearest product this visit", "本次看过的最贵商品"],
  "visit.lists": ["Lists seen this visit", "本次浏览列表次数"],
  "visit.searches": ["Searches this visit", "本次搜索次数"],
  "visit.adds": ["Put into the cart this visit", "本次加购次数"],
  "visit.removes": ["Taken out of the cart this visit", "本次移出购物车次数"],
  "visit.purchases": ["Purchases this visit", "本次购买次数"],
  "visit.checkouts": ["Checkouts begun this visit", "本次开始结算次数"],
  "visit.coupon_fails": ["Coupons refused this visit", "本次优惠码无效次数"],
  "visit.payment_fails": ["Payments refused this visit", "本次支付失败次数"],
};

/** Chinese translations of the words that feature names are composed of. @type {Record<string, string>} */
const TOKENS = {
  view: "浏览",
  views: "浏览次数",
  item: "商品",
  items: "商品",
  list: "列表",
  add: "加入",
  adds: "加购次数",
  cart: "购物车",
  remove: "移出",
  removes: "移出次数",
  purchase: "购买",
  purchases: "购买次数",
  search: "搜索",
  searches: "搜索次数",
  compare: "对比",
  compares: "对比次数",
  coupon: "优惠码",
  payment: "支付",
  fail: "失败",
  fails: "失败次数",
  failed: "失败",
  policy: "政策",
  help: "帮助",
  message: "消息",
  messages: "消息数",
  rage: "急促",
  click: "点击",
  clicks: "点击次数",
  rating: "评分",
  count: "次数",
  session: "本次访问",
  lifetime: "累计",
  last: "最近",
  mean: "平均",
  sum: "合计",
  min: "最低",
  max: "最高",
  distinct: "不同",
  entropy: "分散度",
  time: "时间",
  since: "距今",
  price: "价格",
  value: "金额",
  category: "品类",
  categories: "品类",
  brand: "品牌",
  brands: "品牌",
  wishlist: "收藏",
  checkout: "结算",
  begin: "开始",
  decayed: "近期加权",
  recent: "近期",
  ratio: "比例",
  share: "占比",
  moving: "移动",
  average: "平均",
  avg: "平均",
  seconds: "秒",
  minutes: "分钟",
  ms: "毫秒",
  n: "数量",
  events: "事件数",
  event: "事件",
  quantity: "件数",
  language: "语言",
  text: "文字",
  intent: "意图",
  phones: "手机",
  audio: "耳机音响",
  laptops: "电脑",
  shoes: "鞋",
  clothing: "服装",
  home: "家居",
  beauty: "美妆",
  toys: "玩具",
  device: "设备",
  page: "页面",
  order: "订单",
  orders: "订单",
  status: "状态",
  return: "退货",
  returns: "退货",
  of: "",
  per: "每",
  to: "至",
  in: "",
  the: "",
  spend: "消费",
  total: "合计",
  first: "首次",
  length: "长度",
  select: "点选",
  info: "信息",
};

/** The display name of a feature. An event's name inside it is translated as a whole. @param {string} name */
export function featureName(name) {
  const raw = String(name);
  if (FEATURES[raw]) return either(FEATURES[raw]);
  const [, field, value] = /^likes\.(?:item_)?([^=]+)=(.*)$/.exec(raw) ?? [];
  if (field) return liking(field, valueName(field, value));
  const [, seen, what] = /^profile\.(?:item_)?([^=]+)=(.*)$/.exec(raw) ?? [];
  if (seen) return lang() === "zh" ? `看“${valueName(seen, what)}”的次数` : `Looks at ${lowered(seen, valueName(seen, what))}`;
  if (lang() !== "zh") return capital(readable(raw));
  let rest = raw;
  const parts = [];
  const event = Object.keys(EVENTS).find((e) => rest.includes(e));
  if (event) {
    parts.push(EVENTS[event][1]);
    rest = rest.replace(event, "");
  }
  for (const token of rest.split(/[_.\-=: ]+/).filter(Boolean)) parts.push(TOKENS[token.toLowerCase()] ?? token);
  return parts.filter(Boolean).join(" ") || raw;
}

/** The display name of a head's output such as `text.return_refund`. @param {string} name */
export function outputName(name) {
  const parts = String(name).split(/[.:/]/);
  const last = /** @type {string} */ (parts.at(-1));
  if (!INTENTS[last]) return featureName(name);
  return parts.length > 1 ? `${readable(parts.slice(0, -1).join(" "))} → ${intentName(last)}` : intentName(last);
}

/** @param {string} field @param {string} value */
function liking(field, value) {
  if (lang() === "zh") return `对“${value}”的喜好`;
  return `Liking for ${lowered(field, value)}`;
}

/** A department within a sentence; brands keep their capitals. @param {string} field @param {string} value */
const lowered = (field, value) => (field === "category" ? value.toLowerCase() : value);
