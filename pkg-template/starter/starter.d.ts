/**
 * The address of the starter bundle, for `Floorwalker.load`: retail, English and Chinese, twelve intents besides `human` and `none`, and
 * eight queues. It learnt from simulated shoppers and hand-written wording; how well it does on messages that people wrote is in
 * its card and in the README. Train your own where you have a log or labelled messages.
 */
export declare const starterUrl: URL;
