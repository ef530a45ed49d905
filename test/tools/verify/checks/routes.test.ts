import type { Route } from '@aws-sdk/client-apigatewayv2';
import { type Answers, ROUTES } from '../passing-deployment';
import { finding, itFailsFor } from '../mocked-aws';

const PRESENT = 'The API has the routes $connect, $disconnect, $default';
const ANSWERING = '$default, and every other route that answers clients, has a route response';

const routes = (...Items: Route[]): Partial<Answers> => ({ GetRoutes: () => ({ Items }) });
const without = (key: string) => ROUTES.filter(({ RouteKey }) => RouteKey !== key);

const noResponseOf = (id: string): Partial<Answers> => ({
  GetRouteResponses: ({ RouteId }) => ({ Items: RouteId === id ? [] : [{ RouteResponseKey: '$default' }] }),
});

describe('The checks of the routes', () => {
  itFailsFor(PRESENT, [
    ['no $connect', routes(...without('$connect')), '$disconnect, $default, audit'],
    ['no $disconnect', routes(...without('$disconnect')), '$connect, $default, audit'],
    ['no routes', routes(), 'no routes'],
  ]);

  itFailsFor(ANSWERING, [
    ['no route response of $default', noResponseOf('r3'), 'no route response of $default'],
    ['no route response of a route that was added', noResponseOf('r4'), 'no route response of audit'],
    [
      'a $default that is not configured to answer',
      routes(...without('$default'), { RouteKey: '$default', RouteId: 'r3' }),
      'no route response of $default',
    ],
  ]);

  it('accept a route that sends no response', async () => {
    expect(await finding(ANSWERING, routes(...ROUTES, { RouteKey: 'silent', RouteId: 'r5' }))).toMatchObject({
      result: 'passed',
      found: 'route responses of $default, audit',
    });
  });

  it('read every page of the list', async () => {
    const pages = [{ Items: ROUTES.slice(0, 1), NextToken: 'next' }, { Items: ROUTES.slice(1) }];

    expect(await finding(PRESENT, { GetRoutes: () => pages.shift() ?? {} })).toMatchObject({ result: 'passed' });
  });
});
