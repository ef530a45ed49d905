/**
 * The contract of the whole system, with real clients, against `npm start`; or against a deployed stack:
 *
 * HTTP_URL=https://api.example.com WEBSOCKET_URL=wss://ws.example.com TOKEN=eyJ... npx jest test/system/contract
 *
 * `ENTRY` is `servers` if its WebSocket lane has servers, and `gateway` or `gateway with servers` if a gateway with a page is in front of
 * both lanes. Then the URLs are those of the gateway: `https://app.example.com`, `wss://app.example.com/socket`. Tests that need access to
 * internals are skipped there.
 */
import { Client } from './client';
import { access } from './contract/access';
import { connections } from './contract/connections';
import { connectionsOfApi } from './contract/connections-of-api';
import { connectionsOfServers } from './contract/connections-of-servers';
import { delivery } from './contract/delivery';
import { history } from './contract/history';
import { limits } from './contract/limits';
import { ownPage } from './contract/own-page';
import { pages } from './contract/pages';
import { publishing } from './contract/publishing';
import { refusals } from './contract/refusals';
import { COMBINATIONS, type CombinationName, DEPLOYED, type LocalPlace, type Place, startHere } from './place';

jest.setTimeout(30_000);

/** For tests that read or change the tables, which is possible only on this machine. */
const describeHere = DEPLOYED ? describe.skip : describe;

/**
 * The combinations with different code between the clients and the lanes. The others differ from these in the way from the gateway to the
 * lanes, which ./attacks.test.ts and ./entries.test.ts test.
 */
const TESTED: readonly CombinationName[] = DEPLOYED
  ? [nameOf(process.env.ENTRY ?? 'apiGateway')]
  : ['apiGateway', 'servers', 'gateway', 'gateway with servers'];

function nameOf(entry: string): CombinationName {
  if (!(entry in COMBINATIONS)) {
    throw new Error(`ENTRY must be one of ${Object.keys(COMBINATIONS).join(', ')}, got ${entry}`);
  }
  return entry as CombinationName;
}

describe.each(TESTED)('with the combination %s,', (name) => {
  const { entry, gateway } = COMBINATIONS[name];
  let place: Place;
  const here = () => place as LocalPlace;

  beforeAll(async () => {
    place = DEPLOYED ?? (await startHere(name));
  }, 60_000);

  afterEach(() => Client.closeAll());

  afterAll(async () => {
    place.local?.connections.close();
    await place.local?.app.stop();
  });

  // The issuer of a deployed stack does not issue tokens for arbitrary subjects.
  describeHere('the access control', () => access(() => place));
  // The function of `$connect` gets the host of the gateway without a scheme, which the runner cannot replace by its local URL.
  const knowsOwnOrigin = DEPLOYED !== undefined || entry === 'servers' || !gateway;
  describe('a connection', () => connections(() => place, knowsOwnOrigin));
  describeHere('a connection', () => (entry === 'servers' ? connectionsOfServers(here) : connectionsOfApi(here)));
  describe('a publish request', () => publishing(() => place));
  describe('a subscriber', () => delivery(() => place));
  describe('the history', () => history(() => place));
  describe('an invalid input', () => refusals(() => place, gateway));
  describe('an oversized or binary input', () => limits(() => place, entry));
  describe('an HTTP response', () => pages(() => place));
  (gateway ? describe : describe.skip)('a page of the gateway', () => ownPage(() => place));
});
