import type { Position } from '../../../client';

/** The signed-in user: a name for the page's issuer, or a token that the user entered, which can be empty. */
export type Identity = { readonly subject: string; readonly tenant: string } | { readonly token: string };

/** The part of `sessionStorage` that the page uses. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

interface Content {
  identity?: Identity;
  /** Topic → position of its last message that was shown; null before the first position is known. */
  topics: Record<string, Position | null>;
}

const KEY = 'twinlane';

/**
 * User, topics and positions, which a tab keeps when it is reloaded. A browser that blocks storage keeps nothing, and the page
 * works.
 */
export class Kept {
  private readonly content: Content;

  /** @param store - throws if the browser blocks storage */
  constructor(private readonly store: () => KeyValueStore) {
    this.content = this.load();
  }

  /** The signed-in user. */
  get identity(): Identity | undefined {
    return this.content.identity;
  }

  /** Topics and the positions from which to resume them. */
  get topics(): [topic: string, after: Position | undefined][] {
    return Object.entries(this.content.topics).map(([topic, position]) => [topic, position ?? undefined]);
  }

  signedIn(identity: Identity): void {
    this.content.identity = identity;
    this.save();
  }

  signedOut(): void {
    delete this.content.identity;
    this.content.topics = {};
    this.attempt((store) => store.removeItem(KEY));
  }

  /** Keeps a topic and the position of its last message. */
  subscribed(topic: string, position: Position | undefined): void {
    this.content.topics[topic] = position ? { epoch: position.epoch, sequence: position.sequence } : null;
    this.save();
  }

  unsubscribed(topic: string): void {
    delete this.content.topics[topic];
    this.save();
  }

  private load(): Content {
    const saved = this.attempt((store) => JSON.parse(store.getItem(KEY) ?? '{}') as Partial<Content>);
    return { ...saved, topics: { ...saved?.topics } };
  }

  private save(): void {
    this.attempt((store) => store.setItem(KEY, JSON.stringify(this.content)));
  }

  private attempt<Result>(use: (store: KeyValueStore) => Result): Result | undefined {
    try {
      return use(this.store());
    } catch {
      return undefined;
    }
  }
}
