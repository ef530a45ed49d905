type Listeners<Events> = { [Name in keyof Events]?: Set<{ run: (event: Events[Name]) => void }> };

/** Typed events. If a listener throws, the error is reported as uncaught and the other listeners still run. */
export class Emitter<Events> {
  readonly #listeners: Listeners<Events> = {};

  /** Adds a listener. @returns a function that removes it */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    // An object for each registration, because a function can be registered twice.
    const registration = { run: listener };
    this.#listeners[name] ??= new Set();
    this.#listeners[name].add(registration);
    return () => void this.#listeners[name]?.delete(registration);
  }

  /** @returns false if there is no listener. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): boolean {
    const listeners = [...(this.#listeners[name] ?? [])];
    for (const { run } of listeners) {
      guarded(() => run(event));
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
