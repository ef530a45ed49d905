import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportPort } from './api';

/** Usage: DELAY in milliseconds, then the families for which it returns a loopback address. */
const [delay = 0, ...families] = process.argv.slice(2).map(Number);

const RECORDS: Readonly<Record<number, { family: number; address: Buffer }>> = {
  1: { family: 4, address: Buffer.from([127, 0, 0, 1]) },
  28: { family: 6, address: Buffer.concat([Buffer.alloc(15), Buffer.from([1])]) },
};

const server = createSocket('udp4', async (query, { port, address }) => {
  const questionEnd = query.indexOf(0, 12) + 5;
  const record = RECORDS[query.readUInt16BE(questionEnd - 4)];
  const known = record !== undefined && families.includes(record.family);
  const head = Buffer.from(query.subarray(0, 12));
  // A response without error, with one question, at most one answer, and no other records.
  head.set([0x81, 0x80, 0, 1, 0, known ? 1 : 0, 0, 0, 0, 0], 2);
  const answer = known ? [pointer(query.subarray(questionEnd - 4, questionEnd), record.address)] : [];
  await sleep(delay);
  server.send(Buffer.concat([head, query.subarray(12, questionEnd), ...answer]), port, address);
});

/** A record for the name in the question, with a TTL of 0. */
function pointer(typeAndClass: Buffer, address: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0xc0, 12]),
    typeAndClass,
    Buffer.alloc(4),
    Buffer.from([0, address.length]),
    address,
  ]);
}

server.bind(0, '127.0.0.1', () => reportPort(server.address().port));
