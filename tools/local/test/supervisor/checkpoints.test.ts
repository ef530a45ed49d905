import { Checkpoints } from '../../supervisor/checkpoints';
import { emptyDirectory } from '../assembly/assembly-directory';

function remember(checkpoints: Checkpoints): void {
  checkpoints.remember({ mapping: 'Dispatch', shardId: 'a', sequenceNumber: '1' });
  checkpoints.remember({ mapping: 'Dispatch', shardId: 'b', sequenceNumber: '7' });
  checkpoints.remember({ mapping: 'Dispatch', shardId: 'a', sequenceNumber: '2' });
}

test('checkpoints with a folder keep the last position of each shard for the next run', () => {
  const folder = emptyDirectory();
  remember(new Checkpoints(folder));
  expect(new Checkpoints(folder).all).toEqual({ Dispatch: { a: '2', b: '7' } });
});

test('checkpoints without a folder keep the last position of each shard only during the run', () => {
  const checkpoints = new Checkpoints(undefined);
  remember(checkpoints);
  expect(checkpoints.all).toEqual({ Dispatch: { a: '2', b: '7' } });
  expect(new Checkpoints(undefined).all).toEqual({});
});

test('checkpoints keep the positions of the latest shards, and not those of shards that ended long ago', () => {
  const checkpoints = new Checkpoints(undefined);
  const shards = Array.from({ length: 1000 }, (_none, index) => `shard ${index}`);
  for (const shardId of shards) {
    checkpoints.remember({ mapping: 'Dispatch', shardId, sequenceNumber: '1' });
    checkpoints.remember({ mapping: 'Dispatch', shardId: 'always', sequenceNumber: '2' });
  }
  const kept = Object.keys(checkpoints.all.Dispatch ?? {});
  expect(kept.length).toBeLessThan(500);
  expect(kept.slice(-3)).toEqual([...shards.slice(-2), 'always']);
});
