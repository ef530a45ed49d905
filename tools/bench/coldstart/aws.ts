/**
 * Emulates the AWS services of a first delivery in a separate process: API Gateway and DynamoDB. Every query finds one subscriber.
 * Prints its URL. After each line on its standard input, prints the calls received since the previous line.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const SUBSCRIBER = { pk: { S: 'TOPIC#news#0' }, sk: { S: 'CONNECTION#here' }, connectedAt: { N: '0' } };

const calls: string[] = [];

const server = createServer(async (request, response) => {
  const { url = '', headers } = request;
  const body = await text(request);
  const [, operation] = String(headers['x-amz-target'] ?? '').split('.');
  const [, id] = /connections\/([^/]+)$/.exec(url) ?? [];
  calls.push(operation ?? `post ${id}: ${body}`);
  response
    .writeHead(200, { 'content-type': operation ? 'application/x-amz-json-1.0' : 'application/json' })
    .end(operation === 'Query' ? JSON.stringify({ Items: [SUBSCRIBER], Count: 1 }) : '{}');
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

createInterface({ input: process.stdin })
  .on('line', () => console.log(JSON.stringify(calls.splice(0).sort())))
  .on('close', () => process.exit());
