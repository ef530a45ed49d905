import { stageStack } from '../stack/stages';

test.each([
  [true, true],
  [false, false],
  [undefined, false],
])('a stage with the deletion protection %p has the termination protection %p', (deletionProtection, expected) => {
  expect(stageStack('prod', { deletionProtection }).terminationProtection ?? false).toBe(expected);
});
