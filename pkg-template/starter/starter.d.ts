/**
 * The address of the starter bundle, for `Floorwalker.load`: retail, English and Chinese, twelve intents besides `human` and `none`, and
 * eight queues. It was trained on simulated shoppers and hand-written wording; its card and the README say how well it does on messages
 * that people wrote. Train your own bundle if you have a log or labelled messages.
 */
export declare const starterUrl: URL;
