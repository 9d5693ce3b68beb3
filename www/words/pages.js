/** @typedef {import("./i18n.js").Pair} Pair */
/** @typedef {[id: string, title: Pair, paragraphs: Pair[]]} Topic */

/** Help topics and policies: `[id, [English title, 中文标题], [[English, 中文] paragraphs]]`. @type {Topic[]} */
export const HELP = [
  [
    "tracking",
    ["Delivery times and tracking", "配送时间与物流查询"],
    [
      [
        "Orders placed before 16:00 leave our warehouse the same day and arrive in two to three working days.",
        "16:00 前下单当天发货，2–3 个工作日送达。",
      ],
      [
        "Delivery is free from $50. Below that it costs $6, however many parcels it takes.",
        "满 $50 免运费；不足 $50 收取 $6，无论分几个包裹。",
      ],
    ],
  ],
  [
    "specs",
    ["Chargers, cables and what works with what", "充电器、数据线与兼容性"],
    [
      [
        "All our chargers and cables use USB-C and follow the USB Power Delivery standard. A phone takes only the power it asks for, so a stronger charger does no harm.",
        "我们的充电器和数据线均为 USB-C，遵循 USB PD 标准。手机只会按需取电，功率更大的充电器也不会损伤手机。",
      ],
      [
        "Older phones with a different port need an adapter. Tell an expert your model and we will check.",
        "接口不同的旧手机需要转接头。把型号告诉专家，我们帮您核对。",
      ],
    ],
  ],
  [
    "sizes",
    ["Size guide", "尺码指南"],
    [
      [
        "Shoes follow European sizes. Measure your foot in the evening, standing, and add one centimetre. Between two sizes, take the larger.",
        "鞋码为欧码。请在傍晚站立测量脚长并加 1 厘米；介于两码之间请选大一码。",
      ],
      [
        "Clothing: S fits a chest of 88–94 cm, M 94–100 cm, L 100–108 cm. Exchanges of size are free.",
        "服装：S 适合胸围 88–94 厘米，M 94–100 厘米，L 100–108 厘米。换码免费。",
      ],
    ],
  ],
  [
    "payment",
    ["Paying, and when a card is declined", "支付与支付失败"],
    [
      [
        "We take the usual cards. Your bank decides whether to allow a payment; we never see the reason.",
        "支持常用银行卡。是否放行由您的银行决定，我们看不到具体原因。",
      ],
      [
        "If a card is declined, check the number and expiry, try another card, or ask the payments counter.",
        "若支付被拒，请核对卡号和有效期、换一张卡，或咨询支付柜台。",
      ],
    ],
  ],
  [
    "coupons",
    ["Coupons and price match", "优惠码与买贵退差"],
    [
      [
        "One coupon per order, entered in the cart. New here? WELCOME10 takes ten percent off.",
        "每单可用一个优惠码，在购物车中输入。新朋友可用 WELCOME10 立减 10%。",
      ],
      ["Found it cheaper at another shop within 14 days? We refund the difference.", "14 天内发现别家价格更低，我们退还差价。"],
    ],
  ],
  [
    "repair",
    ["Warranty and repair", "保修与维修"],
    [
      [
        "Everything is covered for two years. Describe the fault to technical support; often it can be put right without sending anything.",
        "所有商品保修两年。请向技术支持描述问题，很多情况无需寄回即可解决。",
      ],
      [
        "Otherwise we collect the item, repair or replace it, and have it back with you within ten days.",
        "否则我们上门取件，维修或更换，十天内送回。",
      ],
    ],
  ],
  [
    "gift_wrap",
    ["Gift wrapping and cards", "礼品包装与贺卡"],
    [
      [
        "We wrap anything in our own paper and write a card by hand, both for nothing. Choose it after checkout, or tell an expert.",
        "任何商品都可免费用本店礼品纸包装，并附手写贺卡。结算后可选择，也可告诉专家。",
      ],
    ],
  ],
  [
    "contact",
    ["Contact us", "联系我们"],
    [
      [
        "Ask an expert is the quickest: nine counters, every day from eight to eight. Letters reach us at 6 Lantern Row.",
        "“咨询专家”最快：九个柜台，每天 8:00–20:00。来信请寄灯巷 6 号。",
      ],
      [
        "Something went wrong and nobody listened? Say so. The customer care counter may put it right on the spot.",
        "遇到问题却没人理会？请直说，客诉柜台或能当场解决。",
      ],
    ],
  ],
  [
    "account",
    ["Account and sign-in", "账户与登录"],
    [
      [
        "You can buy without an account. With one you see past orders and keep addresses.",
        "无需账户也能购买；注册后可查看历史订单、保存地址。",
      ],
      ["Forgot your password? An expert at the general desk can start a reset.", "忘记密码？综合服务台的专家可以帮您重置。"],
    ],
  ],
];

/** @type {Topic[]} */
export const POLICIES = [
  [
    "returns",
    ["Returns and refunds", "退货与退款"],
    [
      [
        "Return anything within 30 days, unworn and complete. Print the label from your order, or have us collect it: both are free.",
        "30 天内、未使用且配件齐全即可退货。可在订单中打印面单，或由我们上门取件，均免费。",
      ],
      ["We refund to the card you paid with within five working days of receiving the parcel.", "收到包裹后五个工作日内退款至原支付卡。"],
    ],
  ],
  [
    "delivery",
    ["Delivery policy", "配送政策"],
    [
      [
        "We deliver to every address in the country. If a parcel is late by more than three days, delivery is refunded without asking.",
        "全国各地均可送达。包裹延误超过三天，运费自动退还。",
      ],
      ["A parcel lost on the way is ours to replace, not yours to chase.", "途中丢失的包裹由我们补发，无需您追查。"],
    ],
  ],
  [
    "warranty",
    ["Two-year promise", "两年品质承诺"],
    [
      [
        "If it fails in normal use within two years, we repair it, replace it or give the money back, in that order.",
        "正常使用两年内出现故障，我们依次提供维修、更换或退款。",
      ],
    ],
  ],
  [
    "privacy",
    ["Privacy", "隐私"],
    [
      [
        "What you look at is analysed in this page, on your device. Nothing about it is sent to us or to anyone else.",
        "您在这里看过什么，只在本页内、在您的设备上分析，不会发送给我们或任何人。",
      ],
      [
        "It is kept for your next visit only if you say yes, and only in this browser. You can change your mind at any time.",
        "只有您同意，才会为下次访问保存，而且只存在这个浏览器里。您可以随时改变主意。",
      ],
      [
        "The panel “What this page predicts” shows everything that is stored, and can erase it.",
        "“本页的判断”面板列出存储的全部内容，您可以随时清除。",
      ],
    ],
  ],
];
