import type { Assembly } from './assembly';

/** @returns ARNs of the functions that only custom resources invoke, directly or through the CDK's provider framework. They do not run */
export function customResourceFunctionsOf(assembly: Assembly): ReadonlySet<string> {
  const resources = assembly.ofType(
    ...new Set(assembly.declared().flatMap(({ type }) => (isCustomResource(type) ? [type] : []))),
  );
  const tokens = new Set(resources.map((resource) => resource.property('ServiceToken').or('').optionalText()));
  const invoked = assembly
    .ofType('AWS::Lambda::Function')
    .filter(({ identity }) => tokens.has(identity.arn))
    .flatMap((framework) => Object.values(framework.property('Environment').at('Variables').or('').texts()))
    .filter((value) => /^arn:[\w-]+:lambda:/.test(value));
  return new Set([...tokens, ...invoked].filter((arn) => arn !== undefined));
}

function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}
