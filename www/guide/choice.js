/** The shopper's choice about storage, which the shop itself remembers and passes to Floorwalker on the next visit. */
const KEY = "lantern-row.consent";

/** @returns {"granted" | "denied" | "auto"} */
export function rememberedChoice() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "granted" || value === "denied" ? value : "auto";
  } catch {
    return "auto";
  }
}

/** @param {"granted" | "denied"} choice */
export function rememberChoice(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Storage is blocked: the choice holds for this page.
  }
}
