import fc from 'fast-check';
import { evaluate, holds, NO_VALUE, type Scope, Unresolved } from '../../assembly/intrinsics';

const scope: Scope = {
  reference: (logicalId) => known({ Name: 'value', Absent: NO_VALUE, 'AWS::Region': 'us-east-1' }, logicalId),
  attribute: (logicalId, attribute) =>
    known({ 'Table.Arn': 'arn:table', 'Db.Endpoint.Port': 5432 }, `${logicalId}.${attribute}`),
  condition: (name) => holds(known({ IsProd: { 'Fn::Equals': ['prod', 'prod'] } }, name), scope),
  mapped: (...keys) => known({ 'Sizes.prod.tasks': 4 }, keys.join('.')),
  imported: (name) => known({ Exported: 'imported' }, name),
  dynamic: (reference) => String(known({ '{{resolve:secretsmanager:id}}': 'secret' }, reference)),
  output: (stack, name) => known({ 'Data.Table': 'from another stack' }, `${stack}.${name}`),
};

test.each<[string, unknown, unknown]>([
  ['Ref', { Ref: 'Name' }, 'value'],
  ['Fn::GetAtt with a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:table'],
  ['Fn::GetAtt with a string and an attribute of two parts', { 'Fn::GetAtt': 'Db.Endpoint.Port' }, 5432],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Name' }]] }, 'a-value'],
  ['Fn::Split', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Table', 'Arn'] }] }, ['arn', 'table']],
  ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b'] }] }, 'b'],
  [
    'Fn::Sub with a string',
    { 'Fn::Sub': '${Name} of ${Table.Arn} in ${AWS::Region}' },
    'value of arn:table in us-east-1',
  ],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${Own}/${Name}', { Own: { Ref: 'Name' } }] }, 'value/value'],
  ['Fn::Sub with a literal', { 'Fn::Sub': '${!Name}' }, '${Name}'],
  ['Fn::Base64', { 'Fn::Base64': { Ref: 'Name' } }, 'dmFsdWU='],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', 'prod', 'tasks'] }, 4],
  ['Fn::ImportValue', { 'Fn::ImportValue': 'Exported' }, 'imported'],
  ['Fn::GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Table' } }, 'from another stack'],
  ['Fn::GetAZs', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ['Fn::If', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'yes'],
  ['AWS::NoValue in an object', { kept: 1, left: { Ref: 'Absent' } }, { kept: 1 }],
  ['AWS::NoValue in a list', ['kept', { Ref: 'Absent' }], ['kept']],
])('%s resolves to its value', (_, expression, value) => {
  expect(evaluate(expression, scope)).toEqual(value);
});

test.each<[string, unknown, boolean]>([
  ['Fn::Equals', { 'Fn::Equals': [{ Ref: 'Name' }, 'other'] }, false],
  ['Fn::Equals of a number and its text', { 'Fn::Equals': ['2', 2] }, true],
  ['Fn::Not', { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }, true],
  ['Fn::And', { 'Fn::And': [{ Condition: 'IsProd' }, { 'Fn::Equals': ['a', 'b'] }] }, false],
  ['Fn::Or', { 'Fn::Or': [{ Condition: 'IsProd' }, { 'Fn::Equals': ['a', 'b'] }] }, true],
])('%s evaluates to its result', (_, condition, value) => {
  expect(holds(condition, scope)).toBe(value);
});

test('Fn::If resolves only the selected branch', () => {
  expect(evaluate({ 'Fn::If': ['IsProd', 'yes', { Ref: 'Unknown' }] }, scope)).toBe('yes');
});

test.each<[string, unknown]>([
  ['a reference to a missing resource', { Ref: 'Unknown' }],
  ['an unknown function', { 'Fn::Transform': {} }],
  ['an index out of range', { 'Fn::Select': [2, ['a']] }],
  ['a dynamic reference', 'password: {{resolve:secretsmanager:Db:SecretString}}'],
])('%s is unresolved at any depth', (_, expression) => {
  expect(() => evaluate({ deep: [{ 'Fn::Join': ['', [expression]] }] }, scope)).toThrow(Unresolved);
});

test('data without references resolves to itself', () => {
  const data = fc
    .jsonValue()
    .filter((value) => !/"(Ref|Fn::[^"]*)":|\{\{resolve:|__proto__/.test(JSON.stringify(value)));
  fc.assert(fc.property(data, (value) => expect(evaluate(value, scope)).toEqual(value)));
});

test('joining a split text with the same separator restores the text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (text, separator) => {
      const joined = { 'Fn::Join': [separator, { 'Fn::Split': [separator, text] }] };
      expect(evaluate(joined, scope)).toBe(text);
    }),
  );
});

function known(values: Record<string, unknown>, name: string): unknown {
  if (!(name in values)) throw new Unresolved(`${name} is not known`);
  return values[name];
}
