/** Typed events. If a listener throws, the error is reported as uncaught and the other listeners still run. */
export class Emitter<Events> {
  /** An object for each registration, because a function can be registered twice. */
  readonly #listeners = new Set<{ name: keyof Events; run: (event: never) => void }>();

  /** Adds a listener. @returns a function that removes it */
  on<Name extends keyof Events>(name: Name, run: (event: Events[Name]) => void): () => void {
    const registration = { name, run };
    this.#listeners.add(registration);
    return () => void this.#listeners.delete(registration);
  }

  /** @returns false if there is no listener. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): boolean {
    const listeners = [...this.#listeners].filter((each) => each.name === name);
    for (const { run } of listeners) {
      guarded(() => run(event as never));
    }
    return listeners.length > 0;
  }
}

/** Runs a callback of the application. What it throws is reported as uncaught, as an `EventTarget` does. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
