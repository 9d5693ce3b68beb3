import type { Decision, Floorwalker } from "floorwalker";
import type { HandedOver } from "floorwalker/handover";

/**
 * `<floorwalker-ask>`: a form that asks an expert. Importing `floorwalker/element` defines it.
 *
 * | attribute | meaning |
 * |---|---|
 * | `bundle` | the bundle's address; without it, the starter's |
 * | `to` | the chat, such as `zendesk`; without it the page listens to `floorwalker-decision` |
 * | `map`, `fields` | as for `handOver`, in JSON |
 * | `eager` | load at once, and not when the form is used |
 * | `lang` | `en` or `zh`; without it the page's |
 * | `hint` | what stands in the empty field |
 *
 * The slots `label` and `send` take other texts, the parts `form`, `label`, `message`, `button`, `answer` another look.
 *
 * It dispatches `floorwalker-decision` with the {@link Decision}: if that is prevented, nothing is handed over. Then `floorwalker-handed-over`
 * with the {@link HandedOver}, or `floorwalker-error` with the error.
 */
export class FloorwalkerAsk extends HTMLElement {
  /** The page's own Floorwalker, which the element then uses and does not free. */
  fw: Floorwalker | undefined;
  /** Asks, as if the shopper had sent the form. Rejects with the error that was dispatched. */
  ask(message?: string): Promise<Decision>;
}

declare global {
  interface HTMLElementTagNameMap {
    "floorwalker-ask": FloorwalkerAsk;
  }
  interface HTMLElementEventMap {
    "floorwalker-decision": CustomEvent<Decision>;
    "floorwalker-handed-over": CustomEvent<HandedOver>;
    "floorwalker-error": CustomEvent<Error>;
  }
}
