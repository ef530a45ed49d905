import { CommandError } from '../../../tools/cli';
import { needsPreflight, preflightFacts, preflightRequest } from '../../../tools/probe/steps/preflight';

const PAGE = 'https://app.example.com';
const ALLOWED = { 'access-control-allow-origin': PAGE, 'access-control-allow-headers': 'Content-Type' };

const factsOf = (headers: Record<string, string>, token?: string, status = 204) =>
  preflightFacts({ status, headers: { ...ALLOWED, ...headers } }, PAGE, token);

describe('A preflight of the probe', () => {
  it.each([
    ['another scheme', 'http://api.example.com', true],
    ['another host', 'https://app.example.com', true],
    ['another port', 'https://api.example.com:8443', true],
    ['the same origin', 'https://api.example.com', false],
    ['no page', undefined, false],
  ])('for %s is needed only if the origin differs', (_, origin, needed) => {
    expect(needsPreflight(origin, new URL('https://api.example.com/'))).toBe(needed);
  });

  it('requests the headers of a JSON POST with a token', () => {
    expect(preflightRequest('/v1', PAGE, 'secret')).toEqual({
      method: 'OPTIONS',
      path: '/v1',
      headers: {
        origin: PAGE,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  });

  it.each([
    ['7200', { maxAge: 7200, cachedFor: 7200 }],
    ['86400', { maxAge: 86_400, cachedFor: 7200 }],
    ['0', { maxAge: 0, cachedFor: 0 }],
    ['a while', { maxAge: undefined, cachedFor: 5 }],
  ])('with the max-age %s is cached as in Chromium', (maxAge, facts) => {
    expect(factsOf({ 'access-control-max-age': maxAge })).toEqual(facts);
  });

  it('without max-age is cached for 5 s', () => {
    expect(factsOf({})).toEqual({ maxAge: undefined, cachedFor: 5 });
  });

  it('can allow every origin and header by a wildcard, but the token only by name', () => {
    const every = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };

    expect(factsOf(every).cachedFor).toBe(5);
    expect(() => factsOf(every, 'secret')).toThrow('does not allow the header authorization');
    expect(factsOf({ ...every, 'access-control-allow-headers': '*, Authorization' }, 'secret').cachedFor).toBe(5);
  });

  it.each([
    ['another origin', { 'access-control-allow-origin': 'https://other.example.com' }, 204],
    ['no header', { 'access-control-allow-headers': '' }, 204],
    ['not a success', {}, 403],
  ])('that a browser rejects cannot be measured: %s', (_, headers, status) => {
    expect(() => factsOf(headers, undefined, status)).toThrow(CommandError);
  });
});
