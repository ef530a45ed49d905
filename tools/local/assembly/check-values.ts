import type { Assembly } from './assembly';
import type { Problem } from './assembly-error';
import { fixFor, optionOfSsm } from '../given-values';
import { Unresolved } from './intrinsics';
import type { NotEmulated } from './not-emulated';
import { brokenRule, patternOf, typeInParameterStore } from './parameters';
import type { Stack } from './stack';

/** Parameters of the CDK's own rules begin their names in Parameter Store with it. */
const BOOTSTRAP = '/cdk-bootstrap/';

/** Reports the names of options that no template has, and values of template parameters that CloudFormation refuses. */
export function checkValues(assembly: Assembly, notEmulated: NotEmulated): void {
  assembly.problems.push(
    ...unknownNames(assembly),
    ...assembly.given.ssmParameters.filter(({ value }) => value === '').map(({ name }) => emptyParameter(name)),
    ...assembly.stacks.flatMap((stack) => refusedValues(stack, notEmulated)),
  );
}

function emptyParameter(name: string): Problem {
  const message = `The parameter ${name} is empty, and Systems Manager has no empty values. ${fixFor(optionOfSsm(name))}`;
  return { logicalId: '', path: '', message };
}

function unknownNames({ stacks, given }: Assembly): Problem[] {
  const root = stacks.filter(({ isNested }) => !isNested);
  const parameters = root.flatMap(({ artifact }) =>
    Object.entries(artifact.template.Parameters ?? {})
      .filter(([name, { Default }]) => !(name in artifact.parameters) && !String(Default).startsWith(BOOTSTRAP))
      .map(([name]) => ({ stackName: artifact.name, name })),
  );
  return given.names.flatMap(({ written, stackName, name }): Problem[] => {
    const [logicalId = '', attribute] = name.split('.');
    const isKnown = stacks
      .filter(({ artifact }) => stackName === undefined || artifact.name === stackName)
      .some((stack) =>
        attribute === undefined
          ? !stack.isNested && stack.parameterNames.includes(name)
          : stack.artifact.template.Resources?.[logicalId] !== undefined,
      );
    if (isKnown) return [];
    if (attribute !== undefined) {
      const message = `${written} is an attribute of a resource that the assembly does not have. Fix: use a logical ID of a template.`;
      return [{ logicalId: '', path: '', message }];
    }
    const known = [
      ...new Set(parameters.map((one) => (stackName === undefined ? one.name : `${one.stackName}:${one.name}`))),
    ];
    const list = known.length === 0 ? 'There are no parameters' : `The parameters are: ${known.join(', ')}`;
    const message = `The parameter ${written} does not exist in a template. ${list}. Fix: correct or remove it.`;
    return [{ logicalId: '', path: '', message }];
  });
}

function refusedValues(stack: Stack, notEmulated: NotEmulated): Problem[] {
  const { name: stackName, template } = stack.artifact;
  return Object.entries(template.Parameters ?? {}).flatMap(([name, declaration]) => {
    const text = known(() => stack.parameterText(name));
    if (text === undefined || typeInParameterStore(declaration) !== undefined) return [];
    const { AllowedPattern, ConstraintDescription: description, NoEcho } = declaration;
    if (AllowedPattern !== undefined && !patternOf(AllowedPattern)) {
      notEmulated.add(
        `AllowedPattern (${name})`,
        stackName,
        'It has syntax of Java that JavaScript does not have: the value of the parameter is not checked.',
      );
    }
    const rule = brokenRule(declaration, text);
    if (rule === undefined) return [];
    const shown = String(NoEcho) === 'true' ? 'a value that is not printed' : JSON.stringify(text);
    const fix = stack.isNested ? '' : ` ${fixFor(name)}`;
    const message = `${rule}, got ${shown}${description ? ` (${description})` : ''}.${fix}`;
    return [{ logicalId: stackName, path: `Parameters.${name}`, message }];
  });
}

/** A value that is not known is reported where it is used. */
function known(value: () => string | undefined): string | undefined {
  try {
    return value();
  } catch (error) {
    if (error instanceof Unresolved) return undefined;
    throw error;
  }
}
