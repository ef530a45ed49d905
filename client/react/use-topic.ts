import { useCallback, useInsertionEffect, useRef, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection-state';
import { useTwinlane } from './provider';
import type { Topic, Topics } from './topics';
import type { Message, SubscribeOptions, Subscription } from '../index';

/** Options of a subscription. The component ends it, so it has no `signal`. */
export type TopicOptions = Omit<SubscribeOptions, 'signal'>;

/**
 * Subscribes to a topic while the component is mounted, and calls the handler of the last render for each message.
 * A handler and options can be new in each render: only another topic or client makes another subscription.
 *
 * If React runs the effects of a mounted component again, as in development, the new subscription continues after the last
 * handled message. With `load`, it loads instead. The same happens after `signOut()`, with the token of the next user.
 *
 * @param topic `null` for none.
 * @param options read when the topic is subscribed, except for `load`, which is that of the last render.
 * @returns the state of the subscription; `pending` while a server renders; `ended` if there is no topic, or the client is closed
 */
export function useTopic<K extends Topic>(
  topic: K | null,
  handler: (message: Message<Topics[K]>) => void,
  options: TopicOptions = {},
): Subscription['state'] {
  const client = useTwinlane();
  const latest = useRef({ handler, options });
  const current = useRef<{ client: unknown; subscription: Subscription }>(undefined);
  useInsertionEffect(() => {
    latest.current = { handler, options };
  });

  const subscribe = useCallback(
    (changed: () => void) => {
      if (topic === null) {
        return () => undefined;
      }
      let mounted = true;
      let subscription: Subscription | undefined;
      const begin = () => {
        if (!mounted || isClosed(client)) {
          return;
        }
        const { load, ...start } = latest.current.options;
        const before = current.current;
        const resumes = !load && before?.client === client && before.subscription.topic === topic;
        const position = resumes ? before.subscription.position : undefined;
        subscription = client.subscribe(
          topic,
          (message: Message<Topics[K]>) => {
            if (mounted) {
              latest.current.handler(message);
            }
          },
          {
            ...(position ? { after: position } : start),
            ...(load && { load: (...args) => (latest.current.options.load ?? load)(...args) }),
          },
        );
        current.current = { client, subscription };
        changed();
      };
      begin();
      const forget = client.on('subscription', (one) => {
        if (one === subscription) {
          changed();
          if (one.state === 'ended') {
            // Only signOut() or close() ends it before the component does.
            queueMicrotask(begin);
          }
        }
      });
      return () => {
        mounted = false;
        forget();
        // Later than the effects of this commit: if one of them subscribes to the topic, the server keeps the subscription.
        queueMicrotask(() => subscription?.unsubscribe());
      };
    },
    [client, topic],
  );

  return useSyncExternalStore(
    subscribe,
    () => {
      const subscription = current.current?.subscription;
      return topic === null || isClosed(client)
        ? 'ended'
        : subscription?.topic === topic
          ? subscription.state
          : 'pending';
    },
    () => (topic === null ? 'ended' : 'pending'),
  );
}

function isClosed({ connection }: { connection: ConnectionState }): boolean {
  return connection.reason === 'closed';
}
