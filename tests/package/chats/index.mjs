// The fakes of all chats, by the vendor's name.
import * as queueing from "./queueing.mjs";
import * as waiting from "./waiting.mjs";

/**
 * A chat in a page. `call` records what the hand-over did.
 *
 * @typedef {object} Chat
 * @property {() => void} [snippet] what the shop pastes runs: it defines a queue, or settings
 * @property {() => void} load the vendor's script runs
 * @property {() => void} [ready] the widget becomes ready
 * @property {() => void} [begin] the shopper begins a conversation
 * @property {() => void} [join] an agent joins it
 * @property {() => void} [end] it ends
 * @property {() => void} [rate] the shopper rates it
 * @property {() => Record<string, unknown>} arrived what the vendor has of the next request, or of the one that is running
 * @property {boolean} [arrivesAtStart] whether values arrive when a conversation begins
 * @property {boolean} [arrivesWhenOpened] whether values arrive when the window is opened
 * @property {boolean} [startsOnce] whether the chat cannot be given values once it has started
 *
 * @typedef {(page: any, call: (...given: unknown[]) => void) => Chat} Make
 */

/** @type {Record<string, Make>} */
export const CHATS = { ...queueing, ...waiting };
