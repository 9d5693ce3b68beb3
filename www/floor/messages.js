/**
 * The messages that simulated shoppers type, by intent. None of them is in the training data of the demo's model. The page's own model
 * reads each message, and the simulated policy gets its predictions.
 *
 * @type {Record<string, string[]>}
 */
export const MESSAGES = {
  account: [
    "I forgot my password and the reset mail never comes",
    "can't get into my account any more",
    "how do I change the e-mail on my profile",
    "please delete my account",
    "登录不上去，验证码收不到",
  ],
  compare_products: [
    "which of these two is better for a small flat",
    "torn between the cheap one and the pro one",
    "what do I get extra for the dearer model",
    "is the new version worth it over last year's",
    "这两个哪个更好用",
  ],
  compatibility: [
    "does this work with my old phone",
    "will the cable fit a USB-C laptop",
    "is it ok with 110 volts",
    "does it pair with my car radio",
    "这个配件我的旧手机能用吗",
  ],
  complaint: [
    "third time I write and nobody answers, this is a disgrace",
    "put me through to whoever is in charge of this mess",
    "your courier was rude to my mother",
    "worst service I have had in years",
    "太差劲了，我要投诉",
  ],
  gift_advice: [
    "something for a nephew who turns ten",
    "what would you give a colleague who retires",
    "need an idea for our anniversary",
    "a present for a keen cook under 60",
    "女朋友过生日，挑什么给她才讨喜",
  ],
  human: [
    "is there a real person I could have a word with",
    "no more robots, give me somebody with a pulse",
    "kindly connect me to one of your staff members",
    "I would sooner speak to somebody than type",
    "别让机器人回我了，换个真人来",
  ],
  none: [
    "good evening to you all",
    "what are your opening times on bank holidays",
    "do you happen to be hiring for the weekend",
    "lovely weather we are having",
    "你们总店开在哪条街上呀",
  ],
  order_status: [
    "where has my parcel got to",
    "it said Tuesday and it is Friday now",
    "has number 40218 been shipped yet",
    "tracking has not moved since Monday",
    "包裹怎么还没动静，现在在哪个城市",
  ],
  payment_problem: [
    "my card is refused although there is money on it",
    "I was charged twice",
    "paypal just spins and then fails",
    "the bank took the money but there is no order",
    "点了支付就转圈，钱付不出去",
  ],
  price_match: [
    "the code from your newsletter does nothing",
    "I saw it for ten less elsewhere",
    "will this be in the sale soon",
    "do people at university pay less with you",
    "上周领的券结账时不能抵扣",
  ],
  return_refund: [
    "I'd like to send these back",
    "when do I get my money back",
    "the box was open, I don't want it",
    "I'd rather have it in green, can we swap",
    "这双不想要了，怎么寄回给你们",
  ],
  size_fit: [
    "I am between a 41 and a 42",
    "does the coat run large",
    "what are the measurements of the medium",
    "I have wide feet, will these pinch",
    "身高170穿什么码",
  ],
  stock_delivery: [
    "when will the blue one be back",
    "do you ship to Norway",
    "can it be here before Saturday",
    "is it in stock in the shop",
    "什么时候有货",
  ],
  warranty_repair: [
    "it stopped charging after three months",
    "the zip broke, can it be mended",
    "am I still covered after eighteen months",
    "my screen flickers, who repairs that",
    "坏了能保修吗",
  ],
};
