/** The newest events, for a reader that comes later, and the readers that receive each further event. */
export class Recent<Event> {
  private readonly events: Event[] = [];
  private readonly readers = new Set<(event: Event) => void>();

  /** @param limit - number of events that are kept */
  constructor(private readonly limit: number) {}

  add(event: Event): void {
    this.events.push(event);
    if (this.events.length > this.limit) {
      this.events.shift();
    }
    for (const read of this.readers) {
      read(event);
    }
  }

  /** Passes the kept events and all further ones to the reader. @returns a function that ends it */
  follow(read: (event: Event) => void): () => void {
    this.events.forEach(read);
    this.readers.add(read);
    return () => this.readers.delete(read);
  }
}
