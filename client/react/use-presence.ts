import { useEffect, useState } from 'react';
import type { Presence } from '../protocol';
import { useTwinlane } from './provider';
import type { Topic } from './topics';

/** Milliseconds between two requests while the page is visible. */
const INTERVAL = 30_000;

/** The part of a browser's `document` that the hook uses. React Native has none: an application there is always visible. */
interface Page {
  document?: {
    hidden: boolean;
    addEventListener(type: 'visibilitychange', listener: () => void): void;
    removeEventListener(type: 'visibilitychange', listener: () => void): void;
  };
}

/**
 * Requests the number of a topic's subscribers every 30 seconds while the page is visible.
 *
 * @param topic `null` for none.
 * @returns the last answer; undefined before the first
 */
export function usePresence(topic: Topic | null): Presence | undefined {
  const client = useTwinlane();
  const [last, setLast] = useState<{ topic: Topic; presence: Presence }>();
  useEffect(() => {
    if (topic === null) {
      return;
    }
    const { document } = globalThis as Page;
    let mounted = true;
    let waiting = false;
    const ask = async () => {
      if (waiting || document?.hidden) {
        return;
      }
      waiting = true;
      try {
        const presence = await client.presence(topic);
        if (mounted) {
          setLast({ topic, presence });
        }
      } catch {
        // Without a connection the last answer stays. The next one comes with the connection, or after the interval.
      } finally {
        waiting = false;
      }
    };
    let { status } = client.connection;
    const forget = client.on('connection', (connection) => {
      const opened = connection.status === 'open' && status !== 'open';
      ({ status } = connection);
      if (opened) {
        void ask();
      }
    });
    void ask();
    const timer = setInterval(ask, INTERVAL);
    document?.addEventListener('visibilitychange', ask);
    return () => {
      mounted = false;
      forget();
      clearInterval(timer);
      document?.removeEventListener('visibilitychange', ask);
    };
  }, [client, topic]);
  return last?.topic === topic ? last?.presence : undefined;
}
