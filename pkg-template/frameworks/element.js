// `<floorwalker-ask>`: an "ask an expert" for pages without a framework. Importing this file defines the element; on a server it does nothing.
//
// The message is decided in the page, the answer is said in words, and the decision is handed over to the shop's chat. Nothing is loaded before
// the shopper uses the form, unless the page gives its own Floorwalker (`element.fw`) or says `eager`.
import { say } from "../words.js";

/** @import { Decision, Floorwalker } from "floorwalker" */
/** @import { HandOverOptions } from "floorwalker/handover" */

const TEXTS = {
  en: {
    label: "Ask an expert",
    hint: "What would you like to know?",
    send: "Ask",
    failed: "This did not work. Please try again, or use our contact page.",
  },
  zh: { label: "咨询专家", hint: "您想了解什么？", send: "咨询", failed: "暂时无法完成，请重试，或使用联系页面。" },
};
const STYLE = `
  :host { display: block; font: inherit; }
  form { display: grid; gap: 0.5em; }
  label { font-weight: 600; }
  textarea, button { font: inherit; padding: 0.5em; box-sizing: border-box; }
  textarea { width: 100%; resize: vertical; }
  button { justify-self: start; cursor: pointer; }
  button[aria-disabled=true] { cursor: progress; opacity: 0.6; }
  p { margin: 0; min-height: 1.5em; }
`;

/** What the element extends: on a server there are no elements. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** See element.d.ts. */
export class FloorwalkerAsk extends Base {
  static observedAttributes = ["lang"];
  /** @type {Floorwalker | undefined} */
  #fw;
  /** @type {Promise<Floorwalker> | undefined} */
  #loading;
  #loads = 0; // how many loads were begun, or given up
  #isOwn = false;
  #isBusy = false;
  /** @type {(() => void) | undefined} */
  #disarm;

  /** The page's own Floorwalker. */
  get fw() {
    return this.#fw;
  }
  set fw(fw) {
    this.#release();
    this.#fw = fw;
    this.#arm();
  }

  connectedCallback() {
    // A page may have set it before this file ran: then it hides the accessor.
    if (Object.hasOwn(this, "fw")) {
      const fw = Object.getOwnPropertyDescriptor(this, "fw")?.value;
      Reflect.deleteProperty(this, "fw");
      this.fw = fw;
    }
    if (!this.shadowRoot) this.#render();
    this.#say();
    this.#arm();
    if (this.hasAttribute("eager")) this.#load().catch((error) => this.#failed(error));
  }

  disconnectedCallback() {
    // An element that is moved is taken out and put back in one task.
    setTimeout(() => this.isConnected || this.#release());
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.#say();
  }

  #render() {
    const { document } = globalThis;
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    /** @param {string} tag @param {Record<string, unknown>} its @param {(Node | string)[]} [inside] */
    const make = (tag, its, inside = []) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(its)) element.setAttribute(name, String(value));
      element.append(...inside);
      return element;
    };
    const slot = (/** @type {string} */ name) => make("slot", { name });
    const message = make("textarea", { id: "message", rows: 2, part: "message", "aria-describedby": "answer", maxlength: 2000 });
    const form = make("form", { part: "form" }, [
      make("label", { for: "message", part: "label" }, [slot("label")]),
      message,
      make("button", { part: "button" }, [slot("send")]),
      make("p", { id: "answer", role: "status", part: "answer" }),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(/** @type {HTMLTextAreaElement} */ (message).value).catch(() => {}); // it was said in the form
    });
    form.addEventListener("focusin", () => void this.#load().catch(() => {}), { once: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(form);
  }

  /** Writes the texts in the language of the page, in the places that the page does not fill. */
  #say() {
    const texts = TEXTS[this.#language];
    // The page may be in another language than these texts.
    this.shadowRoot?.querySelector("form")?.setAttribute("lang", this.#language);
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    for (const name of /** @type {const} */ (["label", "send"])) {
      const slot = /** @type {HTMLSlotElement} */ (root.querySelector(`slot[name=${name}]`));
      slot.textContent = texts[name];
    }
    root.querySelector("textarea")?.setAttribute("placeholder", this.getAttribute("hint") ?? texts.hint);
  }

  /** @returns {"en" | "zh"} */
  get #language() {
    const lang = this.getAttribute("lang") ?? this.closest("[lang]")?.getAttribute("lang") ?? "en";
    return lang.toLowerCase().startsWith("zh") ? "zh" : "en";
  }

  /** @returns {Promise<Floorwalker>} */
  #load() {
    if (this.#fw) return Promise.resolve(this.#fw);
    if (this.#loading) return this.#loading;
    const mine = ++this.#loads;
    const loading = (async () => {
      const { Floorwalker } = await import("../index.js");
      const bundle = this.getAttribute("bundle") ?? new URL("../starter.fwb", import.meta.url);
      const fw = await Floorwalker.load(bundle);
      if (mine !== this.#loads) {
        // Meanwhile the page gave its own, or took the element away.
        fw.free();
        return this.#fw ?? fw;
      }
      const { dataLayer } = /** @type {{ dataLayer?: unknown[] }} */ (/** @type {unknown} */ (globalThis));
      if (dataLayer) fw.attach(dataLayer);
      this.#fw = fw;
      this.#isOwn = true;
      return fw;
    })();
    this.#loading = loading;
    loading.catch(() => {
      if (mine === this.#loads) this.#loading = undefined; // the next question may try again
    });
    return loading;
  }

  /** Frees what the element has loaded; the page's own stays. */
  #release() {
    this.#disarm?.();
    this.#disarm = undefined;
    if (this.#isOwn) {
      this.#fw?.free();
      this.#fw = undefined;
    }
    this.#loading = undefined;
    this.#loads++;
    this.#isOwn = false;
  }

  /** What the attributes say of the chat; `undefined` if they name none. @returns {HandOverOptions | undefined} */
  #chat() {
    const to = this.getAttribute("to");
    if (!to) return undefined;
    const json = (/** @type {string} */ name) => {
      const text = this.getAttribute(name);
      return text ? JSON.parse(text) : undefined;
    };
    return { to: /** @type {any} */ (to), map: json("map"), fields: json("fields") };
  }

  #arm() {
    const to = this.getAttribute("to");
    if (!to || this.#disarm || !this.isConnected) return;
    let isOver = false;
    /** @type {(() => void) | undefined} */
    let undo;
    this.#disarm = () => {
      isOver = true;
      undo?.();
    };
    import("../handover/handover.js").then(
      ({ arm }) => {
        if (!isOver) undo = arm(/** @type {any} */ (to), { fw: this.#fw });
      },
      () => {}, // the hand-over itself tells that the file cannot be loaded
    );
  }

  /** See element.d.ts. @param {string} [message] @returns {Promise<Decision>} */
  async ask(message) {
    if (!this.shadowRoot) this.#render();
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    const [answer, button] = ["p", "button"].map((tag) => /** @type {HTMLElement} */ (root.querySelector(tag)));
    if (this.#isBusy) throw new Error("a question is being asked already");
    this.#isBusy = true;
    // Not `disabled`: the button would lose the focus.
    button.setAttribute("aria-disabled", "true");
    try {
      const fw = await this.#load();
      const decision = fw.route({ message });
      answer.textContent = say(decision, this.#language).headline;
      const isWanted = this.dispatchEvent(
        new CustomEvent("floorwalker-decision", { detail: decision, bubbles: true, composed: true, cancelable: true }),
      );
      const chat = this.#chat();
      if (chat && isWanted) {
        const { handOver } = await import("../handover/handover.js");
        const handed = await handOver(decision, chat);
        this.dispatchEvent(new CustomEvent("floorwalker-handed-over", { detail: handed, bubbles: true, composed: true }));
      }
      return decision;
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      this.#isBusy = false;
      button.removeAttribute("aria-disabled");
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    const answer = this.shadowRoot?.querySelector("p");
    if (answer) answer.textContent = TEXTS[this.#language].failed;
    this.dispatchEvent(new CustomEvent("floorwalker-error", { detail: error, bubbles: true, composed: true }));
  }
}

if (globalThis.customElements && !customElements.get("floorwalker-ask")) customElements.define("floorwalker-ask", FloorwalkerAsk);
