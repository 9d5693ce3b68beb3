/** Details of a product beyond the catalogue: sizes, specifications, reviews, stock. They are invented, but always the same. */
import { lang } from "../words/i18n.js";
import { seed } from "./catalogue.js";
import { shapeOf } from "./pictures.js";

/**
 * @typedef {import("./catalogue.js").Product} Product
 * @typedef {import("../words/i18n.js").Pair} Pair
 * @typedef {{ label: "size" | "storage", values: string[], soldOut: Set<string> }} Choices
 * @typedef {[name: Pair, value: Pair | string]} Spec
 */

/** @param {Pair | string} pair */
const either = (pair) => (Array.isArray(pair) ? pair[lang() === "zh" ? 1 : 0] : pair);
const DAY_MS = 86_400_000;

const SHOE_SIZES = ["36", "37", "38", "39", "40", "41", "42", "43", "44"];
const CLOTHING_SIZES = ["XS", "S", "M", "L", "XL"];
const FOOTWEAR = new Set(["sneaker", "boot", "heel", "sandal", "oxford"]);
const CLOTHES = new Set(["tshirt", "vest", "shirt", "sweater", "jacket", "dress", "trousers"]);
const DEVICES = new Set(["phone", "tablet", "laptop"]);
const UNCOLOURED = new Set(["teddy", "puzzle", "glass", "serum", "tube", "boardgame", "kite"]);

/** @param {Product} product @returns {Choices | null} */
export function choicesOf(product) {
  const shape = shapeOf(product);
  /** @param {Choices["label"]} label @param {string[]} values @returns {Choices} */
  const pick = (label, values) => ({ label, values, soldOut: new Set([values[seed(product.id) % (values.length * 2)]]) });
  if (FOOTWEAR.has(shape)) return pick("size", SHOE_SIZES);
  if (CLOTHES.has(shape)) return pick("size", CLOTHING_SIZES);
  if (DEVICES.has(shape))
    return { label: "storage", values: shape === "laptop" ? ["512 GB", "1 TB"] : ["128 GB", "256 GB", "512 GB"], soldOut: new Set() };
  return null;
}

/** @param {Product} product */
export const hasColours = (product) => !UNCOLOURED.has(shapeOf(product));

/** `left`: the number in stock if it is low, otherwise 0. `arrives`: when the product would arrive. @param {Product} product */
export function stockOf(product) {
  const n = seed(`${product.id}stock`);
  return { left: n % 5 === 0 ? 2 + (n % 3) : 0, arrives: Date.now() + (2 + (n % 2)) * DAY_MS };
}

/** @param {Product} product */
export const reviewCount = (product) => 18 + (seed(`${product.id}reviews`) % 340);

/** @type {Record<string, Spec[]>} */
const SPECS = {
  phones: [
    [
      ["Connector", "接口"],
      ["USB-C", "USB-C"],
    ],
    [
      ["Fast charging", "快充"],
      ["Up to 65 W", "最高 65 W"],
    ],
    [
      ["Works with", "适用"],
      ["Android and iOS, see help for models", "安卓与 iOS，具体型号见帮助"],
    ],
  ],
  audio: [
    [
      ["Connection", "连接方式"],
      ["Bluetooth 5.3", "蓝牙 5.3"],
    ],
    [["Charging", "充电接口"], "USB-C"],
    [["Water resistance", "防水"], "IPX4"],
  ],
  laptops: [
    [
      ["Ports", "接口"],
      ["2 × USB-C, 1 × HDMI", "2 × USB-C，1 × HDMI"],
    ],
    [
      ["Keyboard layout", "键盘布局"],
      ["US English", "美式英文"],
    ],
    [
      ["Power", "供电"],
      ["USB-C, 65 W", "USB-C，65 W"],
    ],
  ],
  shoes: [
    [
      ["Upper", "鞋面"],
      ["Leather and textile", "皮革与织物"],
    ],
    [
      ["Fit", "版型"],
      ["True to size", "标准码"],
    ],
    [
      ["Care", "保养"],
      ["Wipe with a damp cloth", "湿布擦拭"],
    ],
  ],
  clothing: [
    [
      ["Fabric", "面料"],
      ["Natural fibres, 180 g/m²", "天然纤维，180 g/m²"],
    ],
    [
      ["Fit", "版型"],
      ["Regular", "常规"],
    ],
    [
      ["Care", "洗涤"],
      ["Machine wash at 30 °C", "30 °C 机洗"],
    ],
  ],
  accessories: [
    [
      ["Connector", "接口"],
      ["USB-C where wired", "有线款为 USB-C"],
    ],
    [
      ["Works with", "适用"],
      ["Android and iOS, see help for models", "安卓与 iOS，具体型号见帮助"],
    ],
    [
      ["Power", "功率"],
      ["Up to 100 W", "最高 100 W"],
    ],
  ],
  home: [
    [
      ["Power", "供电"],
      ["220–240 V where electric", "电器类 220–240 V"],
    ],
    [
      ["Care", "保养"],
      ["Wipe clean", "擦拭即可"],
    ],
    [
      ["Assembly", "安装"],
      ["None", "无需安装"],
    ],
  ],
  beauty: [
    [
      ["Animal testing", "动物实验"],
      ["None", "无"],
    ],
    [
      ["Suitable for", "适用人群"],
      ["Adults, dermatologically tested", "成人，经皮肤科测试"],
    ],
  ],
  toys: [
    [
      ["Age", "适龄"],
      ["3 years and over", "3 岁以上"],
    ],
    [
      ["Material", "材质"],
      ["Tested free of harmful substances", "经检测不含有害物质"],
    ],
  ],
};

/** The specifications of a product, as rows of `[name, value]`. @param {Product} product @returns {[name: string, value: string][]} */
export function specsOf(product) {
  const n = seed(`${product.id}spec`);
  /** @type {Spec[]} */
  const rows = [
    [["Brand", "品牌"], product.brand],
    [["Article number", "货号"], `${product.brand.slice(0, 2).toUpperCase()}-${1000 + (n % 9000)}`],
    ...(SPECS[product.category] ?? []),
    [
      ["Warranty", "保修"],
      ["2 years", "2 年"],
    ],
    [
      ["In the box", "包装清单"],
      ["1 × product, quick guide", "商品 × 1，快速指南"],
    ],
  ];
  return rows.map(([name, value]) => [either(name), either(value)]);
}

/** @type {[who: string, stars: number, title: Pair, text: Pair][]} */
const VOICES = [
  [
    "Mara K.",
    5,
    ["Exactly as described", "与描述一致"],
    ["Arrived in two days and looks even better than in the picture.", "两天就到了，比图片上还好看。"],
  ],
  [
    "Jonas P.",
    4,
    ["Very good, one wish", "很好，一点小建议"],
    ["Good quality for the price. I would have liked a longer guide in the box.", "这个价位质量很好，希望说明书再详细一点。"],
  ],
  [
    "Lin W.",
    5,
    ["Bought it again", "又回购了"],
    ["My second one, this time as a present. Nicely wrapped.", "第二次买，这次送人，包装很用心。"],
  ],
  [
    "Aisha R.",
    4,
    ["Asked first, chose well", "问过再买，没选错"],
    [
      "I was unsure which to take, the expert at the counter asked two questions and was right.",
      "不确定选哪款，柜台专家问了两个问题就推荐对了。",
    ],
  ],
  ["Tom B.", 3, ["Fine", "还可以"], ["Does what it should. Delivery took a day longer than promised.", "够用，送货比承诺晚了一天。"]],
  ["Chen Y.", 5, ["A daily pleasure", "每天都在用"], ["Three months in daily use and still like new.", "每天用了三个月，依然像新的一样。"]],
];

/**
 * The first `n` reviews of a product.
 *
 * @param {Product} product
 * @returns {{ who: string, stars: number, title: string, text: string }[]}
 */
export function reviewsOf(product, n = 3) {
  const start = seed(`${product.id}voice`) % VOICES.length;
  return Array.from({ length: n }, (_, i) => VOICES[(start + i * 2 + (i > 2 ? 1 : 0)) % VOICES.length]).map(
    ([who, stars, title, text]) => ({
      who,
      stars,
      title: either(title),
      text: either(text),
    }),
  );
}
