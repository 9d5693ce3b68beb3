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
