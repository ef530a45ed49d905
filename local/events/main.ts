/**
 * The process "events": event source mappings and their functions.
 *
 * In:  `{blueprint, addresses, checkpoints?}` to start, `{reload: blueprint}`, `{drain: true}`.
 * Out: `{ready: true}` or `{failed: sentence}`; `{log}`, `{checkpoint: {mapping, shardId, sequenceNumber}}`; `{drained: true}`.
 *
 * SIGTERM, or the end of the channel, ends it with all its functions.
 */
import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import { type Checkpoints, Mappings } from './mappings';

type Message =
  | { readonly blueprint: Blueprint; readonly addresses: Addresses; readonly checkpoints?: Checkpoints }
  | { readonly reload: Blueprint }
  | { readonly drain: true };

let mappings: Mappings | undefined;

function send(message: object): void {
  // The channel may close while a last line is on its way.
  if (process.connected) {
    process.send?.(message, undefined, undefined, () => undefined);
  }
}

async function handle(message: Message): Promise<void> {
  if ('reload' in message) {
    mappings?.reload(message.reload);
  } else if ('drain' in message) {
    await mappings?.drain();
    send({ drained: true });
  } else {
    const { blueprint, addresses, checkpoints = {} } = message;
    mappings = new Mappings({
      blueprint,
      addresses,
      checkpoints,
      log: (line) => send({ log: { time: new Date().toISOString(), ...line } }),
      onCheckpoint: (mapping, shardId, sequenceNumber) => send({ checkpoint: { mapping, shardId, sequenceNumber } }),
    });
    send({ ready: true });
  }
}

async function end(): Promise<void> {
  await mappings?.close();
  process.exit();
}

process.on('message', (message: Message) => {
  handle(message).catch((error: Error) => {
    process.send?.({ failed: error.message }, undefined, undefined, () => process.exit(1));
  });
});
process.once('SIGTERM', end);
process.once('disconnect', end);
// Ctrl-C reaches every process of the terminal; the supervisor says when to end.
process.on('SIGINT', () => undefined);
