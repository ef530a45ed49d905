import { useState } from 'react';
import type { Topic, Topics } from './topics';
import type { Message, SubscribeOptions } from '../index';
import { type TopicOptions, useTopic } from './use-topic';

/** Options of a subscription whose `load` returns the state. */
export interface TopicStateOptions<State> extends Omit<TopicOptions, 'load'> {
  /** Loads the state. Called when the topic is subscribed, and again after messages were lost. Later messages wait for it. */
  load?: ((...args: Parameters<NonNullable<SubscribeOptions['load']>>) => Promise<State>) | undefined;
}

/**
 * Reduces the messages of a topic to a state.
 *
 * @param reduce returns the next state; must have no side effects, as a reducer of `useReducer`.
 * @param initial state of a topic before its first message, and before `load` has resolved.
 * @returns the state. It is `initial` again for another topic
 */
export function useTopicState<K extends Topic, State>(
  topic: K | null,
  reduce: (state: State, message: Message<Topics[K]>) => State,
  initial: State,
  options: TopicStateOptions<State> = {},
): State {
  const { load, ...others } = options;
  const [held, hold] = useState({ topic, state: initial });
  if (held.topic !== topic) {
    hold({ topic, state: initial });
  }
  useTopic(topic, (message) => hold(({ state }) => ({ topic, state: reduce(state, message) })), {
    ...others,
    ...(load && {
      load: async (at, why, signal) => {
        const state = await load(at, why, signal);
        if (!signal.aborted) {
          hold((now) => (now.topic === topic ? { topic, state } : now));
        }
      },
    }),
  });
  return held.topic === topic ? held.state : initial;
}
