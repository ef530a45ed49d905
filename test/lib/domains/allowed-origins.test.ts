import { Lazy } from 'aws-cdk-lib';
import { originProblems } from '../../../lib/domains/allowed-origins';

test('allowed origins can be https origins, http origins of loopback hosts, and origins of apps', () => {
  expect(originProblems(['https://app.example.com:8443', 'http://[::1]:5173', 'capacitor://localhost'])).toEqual([]);
});

test('an empty list of allowed origins is rejected', () => {
  expect(originProblems([])).toEqual([
    'allowedOrigins must have at least one origin, got none. Fix: add the origin of a page that uses the lane',
  ]);
});

test('every allowed origin that no browser would send is reported with the probable origin', () => {
  expect(originProblems(['https://app.example.com/', 'https://b.example.com', 'https://*.example.com'])).toEqual([
    'allowedOrigins must be exact origins of pages and apps, got "https://app.example.com/". Fix: use "https://app.example.com"',
    'allowedOrigins must be exact origins of pages and apps, got "https://*.example.com". Fix: list each origin, such as "https://pr-1.example.com"; wildcards are not supported, because any page on a matching host could then use the API',
  ]);
});

test('an allowed origin that is an unresolved token is accepted', () => {
  expect(originProblems([Lazy.string({ produce: () => 'later' })])).toEqual([]);
});

test('origins must fit in the environment of a function', () => {
  const origins = Array.from({ length: 200 }, (_, index) => `https://${index}.example.com`);
  expect(originProblems(origins)).toEqual([
    'allowedOrigins must have at most 3000 characters in total, which fit in the environment of a function, got 4689. Fix: remove origins that are not used',
  ]);
});
