import { Lazy } from 'aws-cdk-lib';
import { originProblems } from '../../../lib/domains/allowed-origins';

test('exact https origins are allowed, and http for localhost', () => {
  expect(originProblems(['https://app.example.com', 'https://app.example.com:8443', 'http://localhost:5173'])).toEqual(
    [],
  );
});

test('at least one origin is needed', () => {
  expect(originProblems([])).toEqual([
    'allowedOrigins must have at least one origin, got none. Fix: add the origin of a page that uses the lane',
  ]);
});

test('every origin that no browser would send is named, with the one that was meant', () => {
  expect(originProblems(['https://app.example.com/', 'https://b.example.com', '*'])).toEqual([
    'allowedOrigins must be exact origins, https or localhost, got "https://app.example.com/". Fix: use an origin such as https://app.example.com',
    'allowedOrigins must be exact origins, https or localhost, got "*". Fix: use an origin such as https://app.example.com',
  ]);
});

test('an origin that is known at deployment only is taken as it is', () => {
  expect(originProblems([Lazy.string({ produce: () => 'later' })])).toEqual([]);
});
