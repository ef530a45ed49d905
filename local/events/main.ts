/**
 * The process "events": event source mappings and their functions.
 *
 * In:  `{blueprint, addresses, checkpoints?}` to start, `{reload: blueprint}`, `{drain: true}`.
 * Out: `{ready: true}`, or a `{log}` that says why not and its end; `{log}` and `{checkpoint: {mapping, shardId,
 *      sequenceNumber}}` at any time; `{drained: true}`.
 *
 * SIGTERM, or the end of the channel, ends it with all its functions.
 */
import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import type { Log } from '../log-line';
import { type Checkpoints, Mappings } from './mappings';

type Message =
  | { readonly blueprint: Blueprint; readonly addresses: Addresses; readonly checkpoints?: Checkpoints }
  | { readonly reload: Blueprint }
  | { readonly drain: true };

let mappings: Mappings | undefined;

function send(message: object, sent: () => void = () => undefined): void {
  // The channel may close while a last line is on its way.
  if (process.connected) {
    process.send?.(message, undefined, undefined, sent);
  }
}

const log = (line: Parameters<Log>[0], sent?: () => void) =>
  send({ log: { time: new Date().toISOString(), ...line } }, sent);

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
      log,
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
    log({ lane: 'events', level: 'error', text: error.message }, () => process.exit(1));
  });
});
process.once('SIGTERM', end);
process.once('disconnect', end);
// Ctrl-C reaches every process of the terminal; the supervisor says when to end.
process.on('SIGINT', () => undefined);
