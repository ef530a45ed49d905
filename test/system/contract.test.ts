/**
 * The contract of the whole system, with real clients, against `npm start`; or against a deployed stack:
 *
 * HTTP_URL=https://api.example.com WEBSOCKET_URL=wss://ws.example.com TOKEN=eyJ... npx jest test/system/contract
 *
 * What needs to look behind the entry points is skipped there.
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

let place: Place;

beforeAll(async () => {
  place = DEPLOYED ?? (await startHere());
});

afterEach(() => Client.closeAll());

afterAll(async () => {
  place.local?.connections.close();
  await place.local?.app.stop();
});

// A deployed stack's issuer gives no tokens of just anybody.
(DEPLOYED ? describe.skip : describe)('access', () => access(() => place));
describe('a connection', () => connections(() => place));
describe('a publish', () => publishing(() => place));
describe('a subscriber', () => delivery(() => place));
describe('history', () => history(() => place));
describe('what is wrong', () => refusals(() => place));
describe('what is too large', () => limits(() => place));
describe('over HTTP', () => pages(() => place));
