type Listener = (event: { type: string; persisted?: boolean }) => void;

class Target {
  readonly listeners: [string, Listener][] = [];

  addEventListener = (type: string, listener: Listener): void => void this.listeners.push([type, listener]);

  removeEventListener = (type: string, listener: Listener): void => {
    const index = this.listeners.findIndex((each) => each[0] === type && each[1] === listener);
    this.listeners.splice(index, index < 0 ? 0 : 1);
  };
}

/** The listeners of a window and its document, in the globals of the test. */
export class Browser {
  readonly document = Object.assign(new Target(), {
    visibilityState: 'visible',
    head: { append: () => undefined },
    createElement: () => ({}),
  });
  private readonly window = new Target();

  install(): void {
    const { addEventListener, removeEventListener } = this.window;
    Object.assign(globalThis, { addEventListener, removeEventListener, document: this.document });
  }

  remove(): void {
    for (const name of ['addEventListener', 'removeEventListener', 'document']) {
      delete (globalThis as Record<string, unknown>)[name];
    }
  }

  /** Number of listeners. */
  get listening(): number {
    return this.window.listeners.length + this.document.listeners.length;
  }

  emit(type: string, persisted?: boolean): void {
    const isOfDocument = ['visibilitychange', 'freeze', 'resume'].includes(type);
    const event = persisted === undefined ? { type } : { type, persisted };
    for (const [name, listener] of [...(isOfDocument ? this.document : this.window).listeners]) {
      if (name === type) {
        listener(event);
      }
    }
  }

  show(visibilityState: 'visible' | 'hidden'): void {
    this.document.visibilityState = visibilityState;
    this.emit('visibilitychange');
  }
}
