/** A minimal event emitter: `emit` calls every listener. A listener that throws does not stop the others. */

/** @template T @typedef {{ on(fn: (value: T) => void): () => void, emit(value: T): void }} Signal */

/** @template T @returns {Signal<T>} */
export function signal() {
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  return {
    on(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    emit(value) {
      for (const fn of [...listeners]) {
        try {
          fn(value);
        } catch (error) {
          console.error(error);
        }
      }
    },
  };
}

/**
 * Calls `show` in the animation frame after any of the signals, at most once per frame, until the element has left the page.
 *
 * @param {Element} el
 * @param {((fn: () => void) => () => void)[]} signals each is the `on` of a signal
 * @param {() => void} show
 */
export function whileShown(el, signals, show) {
  let due = 0;
  const soon = () => {
    if (!due) due = requestAnimationFrame(frame);
  };
  const stops = signals.map((on) => on(soon));
  function frame() {
    due = 0;
    if (el.isConnected) show();
    else for (const stop of stops) stop();
  }
}
