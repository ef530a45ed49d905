import { templateSerializer } from '../../lib/compliance/stable-template';
import { STAGES, stageTemplate } from './stages';

expect.addSnapshotSerializer(templateSerializer);

test.each(STAGES)('the %s stage deploys what was reviewed', (stage) => {
  expect(stageTemplate(stage).toJSON()).toMatchSnapshot();
});
