import type { SsmParameterBlueprint } from '../blueprint';
import { fixFor, optionOfSsm } from '../given-values';
import type { Assembly } from './assembly';
import type { NotEmulated } from './not-emulated';

/** Reads each `AWS::SSM::Parameter`. Values of the options replace its value, and those of other names are parameters of their own. */
export function ssmParametersOf(assembly: Assembly, notEmulated: NotEmulated): SsmParameterBlueprint[] {
  const { ssmParameters: given } = assembly.given;
  const inTemplates = assembly.ofType('AWS::SSM::Parameter').flatMap((resource): SsmParameterBlueprint[] => {
    const { logicalId, name, region, accountId } = resource.regional;
    const value = given.findLast((one) => one.name === name)?.value ?? resource.property('Value').known();
    if (value === undefined) {
      notEmulated.add(
        `AWS::SSM::Parameter (${name})`,
        logicalId,
        `Its value is only in AWS: calls for it fail. ${fixFor(optionOfSsm(name))}`,
      );
      return [];
    }
    const description = resource.property('Description').known();
    const allowedPattern = resource.property('AllowedPattern').known();
    const dataType = resource.property('DataType').known();
    return [
      {
        ...{ logicalId, name, value, region, accountId },
        type: resource.property('Type').optionalText() === 'StringList' ? 'StringList' : 'String',
        tier: resource.property('Tier').optionalText() === 'Advanced' ? 'Advanced' : 'Standard',
        ...(dataType !== undefined && { dataType }),
        ...(description !== undefined && { description }),
        ...(allowedPattern !== undefined && { allowedPattern }),
      },
    ];
  });
  return [...inTemplates, ...given.map((one) => ({ ...one, logicalId: one.name }))];
}
