import { type App, ask } from './caller';

interface Message {
  readonly sequence: number;
  readonly data: unknown;
}

/** Publishes over HTTP. Rejects without a response. @returns the status, and the message's sequence if it was published */
export async function publish(
  app: App,
  topic: string,
  data: unknown,
): Promise<{ status: number; sequence?: number | undefined }> {
  const response = await ask(app, `/v1/topics/${topic}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  });
  const body = await response.text();
  return { status: response.status, sequence: response.ok ? (JSON.parse(body) as Message).sequence : undefined };
}

/** @returns the data of every message of a topic, by sequence. */
export async function history(app: App, topic: string): Promise<Map<number, unknown>> {
  const all = new Map<number, unknown>();
  for (let after = 0, head = 1; after < head;) {
    const response = await ask(app, `/v1/topics/${topic}/messages?after=${after}&limit=100`);
    const page = (await response.json()) as { sequence: number; messages: Message[] };
    for (const { sequence, data } of page.messages) {
      all.set(sequence, data);
      after = sequence;
    }
    head = page.sequence;
  }
  return all;
}
