/** Publishes over HTTP. @returns the answer's status and body; rejects if nobody answers */
export async function publish(
  api: string,
  topic: string,
  data: unknown,
): Promise<{ status: number; sequence: number }> {
  const response = await fetch(`${api}/v1/topics/${topic}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  });
  const { sequence } = await response.json();
  return { status: response.status, sequence };
}

/** @returns the data of every message of a topic, by sequence. */
export async function history(api: string, topic: string): Promise<Map<number, unknown>> {
  const all = new Map<number, unknown>();
  for (let after = 0, head = 1; after < head; ) {
    const response = await fetch(`${api}/v1/topics/${topic}/messages?after=${after}&limit=100`);
    const page = await response.json();
    for (const { sequence, data } of page.messages) {
      all.set(sequence, data);
      after = sequence;
    }
    head = page.sequence;
  }
  return all;
}
