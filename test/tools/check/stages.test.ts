import { stagesIn } from '../../../tools/check/stages';

test('the stages that are synthesized are those of cdk.json, in its order', () => {
  expect(stagesIn('{ "context": { "twinlane": { "test": {}, "live": {} }, "other": 1 } }')).toEqual(['test', 'live']);
});

test.each(['{}', '{ "context": {} }', '{ "context": { "twinlane": {} } }'])('%s has no stages to check', (text) => {
  expect(() => stagesIn(text)).toThrow(/^cdk\.json has no stages\. Fix: /);
});
