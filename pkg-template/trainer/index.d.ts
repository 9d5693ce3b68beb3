/** The path of the trainer's program for this machine. Throws an `Error` that says what to do if there is none. */
export function binary(): string;
