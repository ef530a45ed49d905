import { Lazy } from 'aws-cdk-lib';
import { originProblems } from '../../../lib/domains/allowed-origins';

test('allowed origins can be exact https origins, and http origins of localhost', () => {
  expect(originProblems(['https://app.example.com', 'https://app.example.com:8443', 'http://localhost:5173'])).toEqual(
    [],
  );
});

test('an empty list of allowed origins is rejected', () => {
  expect(originProblems([])).toEqual([
    'allowedOrigins must have at least one origin, got none. Fix: add the origin of a page that uses the lane',
  ]);
});

test('every allowed origin that no browser would send is reported with the probable origin', () => {
  expect(originProblems(['https://app.example.com/', 'https://b.example.com', '*'])).toEqual([
    'allowedOrigins must be exact origins, https or localhost, got "https://app.example.com/". Fix: use an origin such as https://app.example.com',
    'allowedOrigins must be exact origins, https or localhost, got "*". Fix: use an origin such as https://app.example.com',
  ]);
});

test('an allowed origin that is an unresolved token is accepted', () => {
  expect(originProblems([Lazy.string({ produce: () => 'later' })])).toEqual([]);
});
