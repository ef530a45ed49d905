'use client';

// An application can add to an interface of a module only if the module exports it so.
export type * from './react/topics';
export { TwinlaneProvider, type TwinlaneProviderProps, useTwinlane } from './react/provider';
export { useConnection } from './react/use-connection';
export { usePresence } from './react/use-presence';
export { type TopicOptions, useTopic } from './react/use-topic';
export { type TopicStateOptions, useTopicState } from './react/use-topic-state';
