import { useCallback, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection-state';
import { useTwinlane } from './provider';

/** State of a connection on a server, which opens none. */
const IDLE: ConnectionState = { status: 'idle', attempt: 0, quality: 'none' };

/** @returns the state of the connection; `idle` while a server renders. Renders again when it changes. */
export function useConnection(): ConnectionState {
  const client = useTwinlane();
  return useSyncExternalStore(
    useCallback((changed: () => void) => client.on('connection', changed), [client]),
    () => client.connection,
    () => IDLE,
  );
}
