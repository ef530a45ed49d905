/**
 * The contract of the whole system, with real clients, against `npm start`; or against a deployed stack:
 *
 * HTTP_URL=https://api.example.com WEBSOCKET_URL=wss://ws.example.com TOKEN=eyJ... npx jest test/system/contract
 *
 * Tests that need access to internals are skipped there.
 */
import { Client } from './client';
import { access } from './contract/access';
import { connections } from './contract/connections';
import { delivery } from './contract/delivery';
import { history } from './contract/history';
import { limits } from './contract/limits';
import { pages } from './contract/pages';
import { publishing } from './contract/publishing';
import { refusals } from './contract/refusals';
import { DEPLOYED, type Place, startHere } from './place';

jest.setTimeout(30_000);

const STAGES = DEPLOYED ? ['the deployed stack'] : ['dev', 'servers'];

describe.each(STAGES)('%s:', (stage) => {
  let place: Place;

  beforeAll(async () => {
    place = DEPLOYED ?? (await startHere(stage));
  }, 60_000);

  afterEach(() => Client.closeAll());

  afterAll(async () => {
    place.local?.connections.close();
    await place.local?.app.stop();
  });

  // The issuer of a deployed stack does not issue tokens for arbitrary subjects.
  (DEPLOYED ? describe.skip : describe)('the access control', () => access(() => place));
  describe('a connection', () => connections(() => place));
  describe('a publish request', () => publishing(() => place));
  describe('a subscriber', () => delivery(() => place));
  describe('the history', () => history(() => place));
  describe('an invalid input', () => refusals(() => place));
  describe('an oversized or binary input', () => limits(() => place));
  describe('an HTTP response', () => pages(() => place));
});
