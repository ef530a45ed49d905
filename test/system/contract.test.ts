/**
 * The contract of the whole system, with real clients, against `npm start`; or against a deployed stack:
 *
 * HTTP_URL=https://api.example.com WEBSOCKET_URL=wss://ws.example.com TOKEN=eyJ... npx jest test/system/contract
 *
 * With `ENTRY=servers` if its WebSocket lane has servers. Tests that need access to internals are skipped there.
 */
import { Client } from './client';
import { access } from './contract/access';
import { connections } from './contract/connections';
import { connectionsOfApi } from './contract/connections-of-api';
import { connectionsOfServers } from './contract/connections-of-servers';
import { delivery } from './contract/delivery';
import { history } from './contract/history';
import { limits } from './contract/limits';
import { pages } from './contract/pages';
import { publishing } from './contract/publishing';
import { refusals } from './contract/refusals';
import { DEPLOYED, type Entry, type LocalPlace, type Place, startHere } from './place';

jest.setTimeout(30_000);

/** For tests that read or change the tables, which is possible only on this machine. */
const describeHere = DEPLOYED ? describe.skip : describe;

const ENTRIES: readonly Entry[] = DEPLOYED
  ? [process.env.ENTRY === 'servers' ? 'servers' : 'apiGateway']
  : ['apiGateway', 'servers'];

describe.each(ENTRIES)('with the entry %s,', (entry) => {
  let place: Place;
  const here = () => place as LocalPlace;

  beforeAll(async () => {
    place = DEPLOYED ?? (await startHere(entry));
  }, 60_000);

  afterEach(() => Client.closeAll());

  afterAll(async () => {
    place.local?.connections.close();
    await place.local?.app.stop();
  });

  // The issuer of a deployed stack does not issue tokens for arbitrary subjects.
  describeHere('the access control', () => access(() => place));
  describe('a connection', () => connections(() => place));
  describeHere('a connection', () => (entry === 'servers' ? connectionsOfServers(here) : connectionsOfApi(here)));
  describe('a publish request', () => publishing(() => place));
  describe('a subscriber', () => delivery(() => place));
  describe('the history', () => history(() => place));
  describe('an invalid input', () => refusals(() => place));
  describe('an oversized or binary input', () => limits(() => place, entry));
  describe('an HTTP response', () => pages(() => place));
});
