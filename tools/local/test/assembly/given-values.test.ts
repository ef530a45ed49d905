import { AssemblyError } from '../../assembly/assembly-error';
import type { Values } from '../../given-values';
import { loadAssembly } from '../../assembly/load-assembly';
import { assemblyOf } from './assembly-directory';

const Role = { Type: 'AWS::IAM::Role', Properties: {} };

function reader(VALUE: unknown) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: '' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables: { VALUE } },
    },
  };
}

/** The value of a variable of a function of the stack `Test`. */
function valueOf(expression: unknown, values: Values, template: { Resources?: object; Parameters?: object } = {}) {
  const Resources = { Role, Reader: reader(expression), ...template.Resources };
  const { functions } = loadAssembly(assemblyOf({ ...template, Resources }), { values });
  return functions[0]?.environment.VALUE;
}

/** The lines of the error for values of a template's parameters. */
function problemsOf(Parameters: object, values: Values): string[] {
  try {
    loadAssembly(assemblyOf({ Parameters }), { values });
    return [];
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    return error.message.split('\n- ').slice(1);
  }
}

test.each(['Stage', 'Test:Stage'])('the option %s is the value of a template parameter', (name) => {
  const Parameters = { Stage: { Type: 'String', Default: 'dev' } };
  expect(valueOf({ Ref: 'Stage' }, { [name]: 'prod' }, { Parameters })).toBe('prod');
});

test('an option for one stack has precedence over one for every stack', () => {
  const Parameters = { Stage: { Type: 'String' } };
  expect(valueOf({ Ref: 'Stage' }, { Stage: 'dev', 'Test:Stage': 'prod' }, { Parameters })).toBe('prod');
});

test('the value of a list parameter is split at commas, without the spaces around its items', () => {
  const Parameters = { Zones: { Type: 'CommaDelimitedList' } };
  const second = { 'Fn::Select': [1, { Ref: 'Zones' }] };
  expect(valueOf(second, { Zones: 'a, b,c' }, { Parameters })).toBe('b');
});

test('conditions use the values of the options', () => {
  const Conditions = { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
  const template = { Parameters: { Stage: { Type: 'String', Default: 'dev' } }, Conditions };
  const expression = { 'Fn::If': ['IsProd', 'yes', 'no'] };
  expect(valueOf(expression, {}, template)).toBe('no');
  expect(valueOf(expression, { Stage: 'prod' }, template)).toBe('yes');
});

test('a template parameter with a value in Parameter Store has the value of the options', () => {
  const Parameters = { Host: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/shop/host' } };
  expect(valueOf({ Ref: 'Host' }, { '/shop/host': 'localhost' }, { Parameters })).toBe('localhost');
});

test('the option of a template parameter with a value in Parameter Store is another name there', () => {
  const Parameters = { Host: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/shop/host' } };
  const values = { '/shop/host': 'first', '/shop/other': 'second', Host: '/shop/other' };
  expect(valueOf({ Ref: 'Host' }, values, { Parameters })).toBe('second');
});

test('a list in Parameter Store is split', () => {
  const Parameters = { Hosts: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/hosts' } };
  expect(valueOf({ 'Fn::Select': [1, { Ref: 'Hosts' }] }, { '/hosts': 'a,b' }, { Parameters })).toBe('b');
});

test.each([
  ['{{resolve:ssm:/shop/host}}', '/shop/host'],
  ['{{resolve:ssm:/shop/host:3}}', '/shop/host'],
  ['{{resolve:ssm:shop-host}}', 'ssm:shop-host'],
])('the dynamic reference %s has the value of the option %s', (reference, name) => {
  expect(valueOf(`https://${reference}/`, { [name]: 'localhost' })).toBe('https://localhost/');
});

test('a parameter of the template can be referred to by its name, and the options replace its value', () => {
  const Host = {
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/shop/host', Type: 'String', Value: 'example.com' },
  };
  const reference = '{{resolve:ssm:/shop/host}}';
  expect(valueOf(reference, {}, { Resources: { Host } })).toBe('example.com');
  expect(valueOf(reference, { '/shop/host': 'localhost' }, { Resources: { Host } })).toBe('localhost');
});

test('Ref of a parameter is its name, and its attributes are type and value', () => {
  const Host = {
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/shop/host', Type: 'String', Value: 'example.com' },
  };
  const template = { Resources: { Host } };
  expect(valueOf({ Ref: 'Host' }, {}, template)).toBe('/shop/host');
  expect(valueOf({ 'Fn::GetAtt': ['Host', 'Value'] }, {}, template)).toBe('example.com');
  expect(valueOf({ 'Fn::GetAtt': ['Host', 'Type'] }, {}, template)).toBe('String');
});

test('a secure parameter is an error, as CloudFormation does not resolve it in a property that runs here', () => {
  expect(() => valueOf('{{resolve:ssm-secure:/token}}', { '/token': 'x' })).toThrow(
    'CloudFormation does not resolve {{resolve:ssm-secure:/token}} in this property. Fix: read the parameter when the code runs',
  );
});

test('the options give the value of an export and of an output of a stack outside the assembly', () => {
  expect(valueOf({ 'Fn::ImportValue': 'Endpoint' }, { 'import:Endpoint': 'localhost' })).toBe('localhost');
  const output = { 'Fn::GetStackOutput': { StackName: 'Network', OutputName: 'Endpoint' } };
  expect(valueOf(output, { 'output:Network:Endpoint': 'localhost' })).toBe('localhost');
  expect(() => valueOf(output, {})).toThrow(
    'the assembly has no stack Network. Fix: pass --parameter output:Network:Endpoint=VALUE.',
  );
});

test('the options give the value of an attribute that only AWS knows', () => {
  const Database = { Type: 'AWS::RDS::DBInstance' };
  const address = { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] };
  const values = { 'Database.Endpoint.Address': '127.0.0.1' };
  expect(valueOf(address, values, { Resources: { Database } })).toBe('127.0.0.1');
});

test('names that no template has are reported together, with the names that exist', () => {
  const Parameters = { Stage: { Type: 'String' }, Size: { Type: 'Number' } };
  expect(problemsOf(Parameters, { Stge: 'x', 'Other:Stage': 'x', 'Nothing.Arn': 'x', Stage: 'dev' })).toEqual([
    'The parameter Stge does not exist in a template. The parameters are: Stage, Size. Fix: correct or remove it.',
    'The parameter Other:Stage does not exist in a template. The parameters are: Test:Stage, Test:Size. Fix: correct or remove it.',
    'Nothing.Arn is an attribute of a resource that the assembly does not have. Fix: use a logical ID of a template.',
  ]);
});

test('values that CloudFormation refuses are reported together', () => {
  const Parameters = {
    Size: { Type: 'Number', MinValue: 1, MaxValue: '9' },
    Sizes: { Type: 'List<Number>' },
    Stage: { Type: 'String', AllowedValues: ['dev', 'prod'] },
    Zones: { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] },
    Name: { Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'lowercase letters' },
    Short: { Type: 'String', MinLength: 3 },
    Long: { Type: 'String', MaxLength: 3 },
    Password: { Type: 'String', MinLength: 8, NoEcho: true },
  };
  const values = {
    Size: '10',
    Sizes: '1,x',
    Stage: 'test',
    Zones: 'a,c',
    Name: 'ok1',
    Short: 'ab',
    Long: 'abcd',
    Password: 'hunter2',
  };
  expect(problemsOf(Parameters, values)).toEqual([
    'Test.Parameters.Size: must be a number not greater than 9, got "10". Fix: pass --parameter Size=VALUE.',
    'Test.Parameters.Sizes: must be a list of numbers, got "1,x". Fix: pass --parameter Sizes=VALUE.',
    'Test.Parameters.Stage: must be one of AllowedValues (dev, prod), got "test". Fix: pass --parameter Stage=VALUE.',
    'Test.Parameters.Zones: must be one of AllowedValues (a, b), got "a,c". Fix: pass --parameter Zones=VALUE.',
    'Test.Parameters.Name: must match the pattern [a-z]+, got "ok1" (lowercase letters). Fix: pass --parameter Name=VALUE.',
    'Test.Parameters.Short: must contain at least 3 characters, got "ab". Fix: pass --parameter Short=VALUE.',
    'Test.Parameters.Long: must contain at most 3 characters, got "abcd". Fix: pass --parameter Long=VALUE.',
    'Test.Parameters.Password: must contain at least 8 characters, got a value that is not printed. Fix: pass --parameter Password=VALUE.',
  ]);
});

test.each(['0', '', '0x5', 'five'])('the value %j of a number from 1 is refused', (Size) => {
  expect(problemsOf({ Size: { Type: 'Number', MinValue: 1 } }, { Size })).toHaveLength(1);
});

test('values that CloudFormation accepts are accepted', () => {
  const Parameters = {
    Size: { Type: 'Number', MinValue: 1 },
    Rate: { Type: 'Number' },
    Zones: { Type: 'CommaDelimitedList', AllowedPattern: '[a-z]' },
    Vpc: { Type: 'AWS::EC2::VPC::Id' },
  };
  expect(problemsOf(Parameters, { Size: '1', Rate: '-1.5e3', Zones: 'a, b', Vpc: 'vpc-1' })).toEqual([]);
});

test('a pattern with syntax of Java is listed as not checked', () => {
  const Parameters = { Name: { Type: 'String', AllowedPattern: '(?>a)+', Default: 'b' } };
  expect(loadAssembly(assemblyOf({ Parameters })).notEmulated).toEqual([
    expect.objectContaining({ type: 'AllowedPattern (Name)', logicalIds: ['Test'] }),
  ]);
});
