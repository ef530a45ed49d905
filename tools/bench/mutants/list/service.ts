import type { Mutant } from '../mutant';

export const service: readonly Mutant[] = [
  {
    file: 'service/drain.ts',
    bug: 'a connection whose response had begun at SIGTERM stays open, so the task exits with 1',
    find: 'if (draining) {',
    replace: 'if (draining && !response.headersSent) {',
  },
  {
    file: 'service/drain.ts',
    bug: 'the time limit of the drain is in milliseconds, so requests are cut off at once',
    find: 'seconds * 1000',
    replace: 'seconds',
  },
  {
    file: 'service/http-server.ts',
    bug: 'a connection that the load balancer keeps for later is closed after a minute, during its next request',
    find: 'server.headersTimeout = server.keepAliveTimeout + 5000;',
    replace: '',
  },
  {
    file: 'service/tokens.ts',
    bug: 'a connection stays authorized for longer than the maximum age of its token',
    find: 'Math.min(principal.expiresAt, principal.issuedAt + maxAgeSeconds)',
    replace: 'principal.expiresAt',
  },
  {
    file: 'service/tokens.ts',
    bug: 'a token is accepted for 83 minutes after it expired, because the tolerance is in milliseconds',
    find: 'clockTolerance: CLOCK_TOLERANCE,',
    replace: 'clockTolerance: CLOCK_TOLERANCE * 1000,',
  },
  {
    file: 'service/issuer-keys.ts',
    bug: 'keys that an issuer has removed verify tokens for five days if the issuer cannot be reached',
    find: 'const USABLE_FOR = 12 * 3600_000;',
    replace: 'const USABLE_FOR = 120 * 3600_000;',
  },
  {
    file: 'service/issuer-keys.ts',
    bug: 'an issuer that does not answer delays requests for 20 seconds, although keys are known',
    find: 'withKeys: 2000,',
    replace: 'withKeys: 20_000,',
  },
  {
    file: 'service/fetch-json.ts',
    bug: 'a redirect of the issuer is followed, also to an address inside the network',
    find: "redirect: 'manual'",
    replace: "redirect: 'follow'",
  },
  {
    file: 'service/published-keys.ts',
    bug: 'a key set without any key for signatures is accepted',
    find: "kty !== 'oct' && use === 'sig'",
    replace: "kty !== 'oct' || use === 'sig'",
  },
  {
    file: 'service/shared-pages.ts',
    bug: 'pages that are discarded still count, so after a while no page is shared',
    find: 'this.bytes -= bytesOf(kept.page);',
    replace: '',
  },
  {
    file: 'service/load-balancer-event.ts',
    bug: 'a request with a header that is not ASCII is refused as unreadable by the function',
    find: "Buffer.from(value).toString('latin1')",
    replace: 'value',
    // Tests the bundle, so it imports no file of the service.
    tests: ['test/service/lambda.test.ts'],
  },
  {
    file: 'service/request-body.ts',
    bug: 'an unread body without end is read until the time limit, whatever it costs',
    find: 'bytes <= MAX_UNREAD_BYTES;',
    replace: 'bytes >= 0;',
  },
  {
    file: 'service/task-credentials.ts',
    bug: 'credentials are renewed 0.3 s before they expire, so requests under way fail',
    find: 'const RENEW_BEFORE = 300_000;',
    replace: 'const RENEW_BEFORE = 300;',
  },
  {
    file: 'service/tickets.ts',
    bug: 'a ticket costs no more than a publish',
    find: 'const TICKET_COST = 5;',
    replace: 'const TICKET_COST = 1;',
  },
  {
    file: 'service/history.ts',
    bug: 'the first 32 KiB of a read of history are charged twice',
    find: 'Math.ceil(page.bytesRead / BYTES_PER_COST) - 1',
    replace: 'Math.ceil(page.bytesRead / BYTES_PER_COST)',
  },
  {
    file: 'service/app.ts',
    bug: 'pages of other origins cannot read for how long to wait',
    find: "exposeHeaders: ['Location', 'Retry-After'],",
    replace: "exposeHeaders: ['Location'],",
  },
  {
    file: 'service/deployed-app.ts',
    bug: 'authentication is off if only one of its two variables is "none"',
    find: "tableName === 'none' && tokenRules === 'none'",
    replace: "tableName === 'none' || tokenRules === 'none'",
  },
];
