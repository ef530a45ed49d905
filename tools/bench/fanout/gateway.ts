/**
 * Target of every contender's posts, in a separate process: answers `POST /@connections/{id}` as API Gateway does. Prints
 * its URL. After each line on its standard input, prints the number of signed posts of the frame since the last line.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { FRAME } from './frame';

let posts = 0;

const server = createServer(async (request, response) => {
  const { method, url = '', headers } = request;
  const body = await text(request);
  const valid =
    method === 'POST' &&
    /^\/prod\/(@|%40)connections\/[\w%]+$/.test(url) &&
    body === FRAME &&
    /^AWS4-HMAC-SHA256 .*Signature=[0-9a-f]{64}$/.test(headers.authorization ?? '');
  posts += valid ? 1 : 0;
  response
    .writeHead(valid ? 200 : 400, {
      'content-type': 'application/json',
      'content-length': '0',
      'x-amzn-requestid': 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    })
    .end();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/prod`);
});

createInterface({ input: process.stdin })
  .on('line', () => {
    console.log(posts);
    posts = 0;
  })
  .on('close', () => process.exit());
