import { processesOf } from '../../supervisor/processes';
import { distribution } from '../cloudfront/distribution-of';
import { blueprintOf } from './blueprint-of';

test('an app has one process for AWS services, one for each lane and one for event sources', () => {
  expect(processesOf(blueprintOf())).toEqual(['aws', 'websocket', 'http', 'events']);
});

test('an app with distributions has one more process for them', () => {
  expect(processesOf(blueprintOf({ distributions: [distribution()] }))).toEqual([
    'aws',
    'websocket',
    'http',
    'events',
    'cloudfront',
  ]);
});
