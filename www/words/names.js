/**
 * Names of intents, queues, events, categories, attributes and bundle facts in plain words; `features.js` has those of features.
 * The bundle is trained separately, so any name may be unknown here: then the name itself is shown, made readable.
 */
import { lang, money } from "./i18n.js";

/** @typedef {import("./i18n.js").Pair} Pair */

/** @type {Record<string, Pair>} */
export const INTENTS = {
  compatibility: ["Will it fit what I have?", "兼容性咨询"],
  size_fit: ["Size and fit", "尺码与合身"],
  compare_products: ["Comparing products", "商品对比"],
  price_match: ["Price or discount", "价格与优惠"],
  stock_delivery: ["Stock and delivery", "库存与配送"],
  order_status: ["Where is my order?", "订单进度"],
  return_refund: ["Return or refund", "退货退款"],
  payment_problem: ["Payment problem", "支付问题"],
  warranty_repair: ["Warranty and repair", "保修与维修"],
  gift_advice: ["Gift advice", "送礼建议"],
  complaint: ["Complaint", "投诉"],
  account: ["Account and sign-in", "账户与登录"],
  human: ["A person, please", "要人工服务"],
  none: ["None of these", "以上都不是"],
  browse: ["Just looking", "随便看看"],
  other: ["Something else", "其他"],
};

/** @type {Record<string, Pair>} */
const QUEUES = {
  "phones-presale": ["Phones pre-sale", "手机数码售前"],
  "fashion-presale": ["Fashion pre-sale", "服饰鞋包售前"],
  "home-presale": ["Home pre-sale", "家居生活售前"],
  "beauty-presale": ["Beauty pre-sale", "美妆售前"],
  presale: ["Pre-sale advice", "售前咨询"],
  orders: ["Orders and delivery", "订单与物流"],
  returns: ["Returns and refunds", "退换货"],
  payments: ["Payments", "支付"],
  technical: ["Technical support", "技术支持"],
  complaints: ["Customer care", "客诉处理"],
  general: ["General enquiries", "综合服务台"],
};

/** @type {Record<string, Pair>} */
export const EVENTS = {
  view_item_list: ["Saw a list", "浏览列表"],
  select_item: ["Picked from a list", "点选商品"],
  view_item: ["Looked at a product", "查看商品"],
  add_to_cart: ["Added to the cart", "加入购物车"],
  remove_from_cart: ["Removed from the cart", "移出购物车"],
  view_cart: ["Opened the cart", "查看购物车"],
  begin_checkout: ["Began checkout", "开始结算"],
  add_payment_info: ["Entered payment", "填写支付信息"],
  purchase: ["Bought", "完成购买"],
  search: ["Searched", "搜索"],
  add_to_wishlist: ["Saved for later", "收藏商品"],
  compare: ["Compared", "对比商品"],
  help_view: ["Read a help page", "查看帮助"],
  policy_view: ["Read a policy", "查看政策"],
  coupon_fail: ["Coupon refused", "优惠码无效"],
  payment_fail: ["Payment refused", "支付失败"],
  rage_click: ["Clicked impatiently", "急促连点"],
  rating: ["Gave a rating", "评分"],
  message: ["Wrote a message", "发送消息"],
  order_view: ["Looked at an order", "查看订单"],
  login_fail: ["Sign-in failed", "登录失败"],
  select_promotion: ["Picked a promotion", "点选活动"],
  like: ["Liked a product", "喜欢商品"],
  dislike: ["Not for me", "不感兴趣"],
  answer: ["Said what you like", "表达喜好"],
  profile_correct: ["Corrected the page", "更正判断"],
  profile_consent: ["Allowed to remember", "同意记住"],
};

/** @type {Record<string, Pair>} */
const CATEGORIES = {
  phones: ["Phones", "手机"],
  audio: ["Audio", "耳机音响"],
  laptops: ["Computers", "电脑办公"],
  computers: ["Computers", "电脑办公"],
  shoes: ["Shoes", "鞋"],
  clothing: ["Clothing", "服装"],
  fashion: ["Fashion", "服饰"],
  home: ["Home", "家居家电"],
  kitchen: ["Kitchen", "厨房"],
  beauty: ["Beauty", "美妆个护"],
  toys: ["Toys", "玩具"],
  accessories: ["Accessories", "配件"],
  sports: ["Sports", "运动"],
};

/** The attributes of products that tastes are about. @type {Record<string, Pair>} */
const ATTRIBUTES = {
  brand: ["brand", "品牌"],
  category: ["department", "品类"],
  price_band: ["price", "价格"],
};

/** The fields of events that are kept; a field of an item without its `items.`. @type {Record<string, Pair>} */
const FIELDS = {
  item_id: ["which product", "商品编号"],
  item_brand: ["brand", "品牌"],
  item_category: ["department", "品类"],
  item_variant: ["variant", "款式"],
  price: ["price", "价格"],
  quantity: ["quantity", "件数"],
  value: ["value", "数值"],
  topic: ["topic", "主题"],
  attribute: ["what it is about", "对象"],
  likes: ["like or not", "是否喜欢"],
  feature: ["what was corrected", "更正的指标"],
  from: ["who says so", "同意来源"],
};

/** @type {Record<string, Pair>} */
const COLOURS = {
  graphite: ["Graphite", "石墨灰"],
  sand: ["Sand", "沙色"],
  sage: ["Sage", "鼠尾草绿"],
  ocean: ["Ocean", "海蓝"],
  clay: ["Clay", "陶土橙"],
  plum: ["Plum", "梅紫"],
  cream: ["Cream", "奶油白"],
  mustard: ["Mustard", "芥末黄"],
  rose: ["Rose", "玫瑰粉"],
  teal: ["Teal", "青绿"],
};

/** @type {Record<string, Pair>} */
const FACTS = {
  accuracy: ["accuracy", "准确率"],
  macro_f1: ["F1, macro", "宏平均 F1"],
  micro_f1: ["F1, micro", "微平均 F1"],
  f1: ["F1", "F1"],
  precision: ["precision", "精确率"],
  recall: ["recall", "召回率"],
  auc: ["AUC", "AUC"],
  log_loss: ["log loss", "对数损失"],
  brier: ["Brier score", "Brier 分数"],
  ece: ["calibration error", "校准误差"],
  data_hash: ["data hash", "数据指纹"],
  trainer: ["trained by", "训练器"],
  rows: ["rows", "行数"],
  seed: ["seed", "随机种子"],
};

/** @param {Pair} pair */
export const either = (pair) => pair[lang() === "zh" ? 1 : 0];
/** @param {string} name */
export const readable = (name) => name.replace(/[_.-]+/g, " ").trim();
/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {Record<string, Pair>} table @returns {(name: string) => string} */
const namer = (table) => (name) => (table[name] ? either(table[name]) : capital(readable(String(name))));

export const intentName = namer(INTENTS);
export const queueName = namer(QUEUES);
export const eventName = namer(EVENTS);
export const categoryName = namer(CATEGORIES);
export const attributeName = namer(ATTRIBUTES);
const colourName = namer(COLOURS);

/** A field of an event in words: `items.price` is “price”. @param {string} name */
export function fieldName(name) {
  const field = name.replace(/^items\./, "");
  return FIELDS[field] ? either(FIELDS[field]) : readable(field);
}

/**
 * The display name of a value of an attribute: a department in words, a price band such as `99 to 199` with its currency, a brand as it is.
 *
 * @param {string} attribute @param {string} value
 */
export function valueName(attribute, value) {
  if (attribute.endsWith("category")) return categoryName(value);
  if (attribute !== "price_band") return value;
  const [, edge, one] = /^(below|from) ([\d.]+)$/.exec(value) ?? [];
  if (edge === "below") return either([`below ${money(Number(one))}`, `${money(Number(one))} 以下`]);
  if (edge === "from") return either([`${money(Number(one))} and more`, `${money(Number(one))} 及以上`]);
  const [, low, high] = /^([\d.]+) to ([\d.]+)$/.exec(value) ?? [];
  return low ? either([`${money(Number(low))} to ${money(Number(high))}`, `${money(Number(low))} 至 ${money(Number(high))}`]) : value;
}

/** `sage / M` in words. Sizes stay as they are. @param {string} variant */
export const variantName = (variant) =>
  variant
    .split(" / ")
    .map((part) => (COLOURS[part] ? colourName(part) : part))
    .join(" / ");

/** `intent.test.macro_f1` → `intent · test · F1, macro`. @param {string} name */
export function factName(name) {
  return String(name)
    .split(/[.:/]/)
    .map((part) => (FACTS[part] ? either(FACTS[part]) : readable(part)))
    .join(" · ");
}
