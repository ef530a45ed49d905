import { type Context, createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';
import type { Topics } from './topics';
import type { TwinlaneClient } from '../index';

const ClientContext: Context<TwinlaneClient<Topics> | undefined> = createContext<TwinlaneClient<Topics> | undefined>(
  undefined,
);

export interface TwinlaneProviderProps {
  /** Created once, outside of components. A provider does not close it. */
  client: TwinlaneClient<Topics>;
  children?: ReactNode;
}

/** Gives a client to the hooks of all components inside. */
export function TwinlaneProvider({ client, children }: TwinlaneProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** @returns the client of the provider, for example to publish. Throws an error outside of a provider. */
export function useTwinlane(): TwinlaneClient<Topics> {
  const client = useContext(ClientContext);
  if (!client) {
    throw new Error(
      'There is no Twinlane client. Fix: render the component inside <TwinlaneProvider client={client}>.',
    );
  }
  return client;
}
