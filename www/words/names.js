/**
 * Names of intents, queues, events, features and bundle facts in plain words.
 * The bundle is trained separately, so any name may be unknown here: then the name itself is shown, made readable.
 */
import { lang } from "./i18n.js";

/** @typedef {import("./i18n.js").Pair} Pair */

/** @type {Record<string, Pair>} */
const INTENTS = {
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
const EVENTS = {
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

/** @param {Pair} pair */
const either = (pair) => pair[lang() === "zh" ? 1 : 0];
/** @param {string} name */
const readable = (name) => name.replace(/[_.-]+/g, " ").trim();
/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {Record<string, Pair>} table @returns {(name: string) => string} */
const namer = (table) => (name) => (table[name] ? either(table[name]) : capital(readable(String(name))));

export const intentName = namer(INTENTS);
export const queueName = namer(QUEUES);
export const eventName = namer(EVENTS);
export const categoryName = namer(CATEGORIES);
const colourName = namer(COLOURS);

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

/** The display name of a feature. An event's name inside it is translated as a whole. @param {string} name */
export function featureName(name) {
  const raw = String(name);
  if (FEATURES[raw]) return either(FEATURES[raw]);
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
