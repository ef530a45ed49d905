import project from '../../cdk.json';
import { cdk, textOfCdk } from './example-project';

/** Hosted zone in the stages of this repository. A project that is set up for an account replaces it. */
const PLACEHOLDER = 'Z0123456789EXAMPLE';

const stages: Readonly<Record<string, { hostedZone?: { id: string } }>> = project.context.twinlane;

const isSetUp = Object.values(stages).some(({ hostedZone }) => hostedZone?.id !== PLACEHOLDER);

(isSetUp ? test.skip : test)('the stages that the tests are about are those of cdk.json, until it is set up', () => {
  // Fix: after a change of the stages in cdk.json, change example-cdk.json, too.
  expect(cdk.context.twinlane).toEqual(stages);
});

test('every stage that the tests are about has the hosted zone that a project replaces', () => {
  const zones = Object.values(cdk.context.twinlane).map(({ hostedZone }) => hostedZone.id);
  expect([...new Set(zones)]).toEqual([PLACEHOLDER]);
});

test('a fork of the project has the same stages and feature flags', () => {
  expect(JSON.parse(textOfCdk())).toEqual(cdk);
});
