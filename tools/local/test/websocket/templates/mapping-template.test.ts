import fc from 'fast-check';
import { render, type TemplateInput } from '../../../websocket/templates/mapping-template';

const CONTEXT = {
  connectionId: 'id=',
  requestTimeEpoch: 1000,
  identity: { sourceIp: '127.0.0.1' },
  authorizer: { tenant: 't1' },
};
const PARAMETERS = { path: {}, querystring: { token: 'a b' }, header: { Host: 'ws.example.com', token: 'other' } };

function rendered(template: string, input: Partial<TemplateInput> = {}): string {
  return render(template, {
    body: '',
    parameters: PARAMETERS,
    context: CONTEXT,
    stageVariables: { color: 'blue' },
    ...input,
  });
}

const BODY = JSON.stringify({
  name: 'Ann',
  text: 'say "hi"',
  age: 7,
  none: null,
  tags: ['a', 'b'],
  place: { city: 'Oslo', streets: [{ n: 1 }, { n: 2 }] },
});

test.each([
  ['$context.connectionId', 'id='],
  ['$context.identity.sourceIp', '127.0.0.1'],
  ['$context.authorizer.tenant', 't1'],
  ['#set($ttl = $context.requestTimeEpoch + 86400)$ttl', '87400'],
  ['$stageVariables.color', 'blue'],
  ["$stageVariables.get('color')", 'blue'],
  ["${stageVariables['color']}", 'blue'],
  ['$input.params().get("querystring")', '{token=a b}'],
  ["$input.params('token')", 'a b'],
  ["$input.params('Host')", 'ws.example.com'],
  ["$input.params('missing')", ''],
  ['#foreach($name in $input.params().header.keySet())$name #end', 'Host token '],
])('the template %s has the variables of the request: %j', (template, expected) => {
  expect(rendered(template)).toBe(expected);
});

test.each([
  ['$input.body', BODY],
  ["$input.json('$')", BODY],
  ["$input.json('$.name')", '"Ann"'],
  ["$input.json('name')", '"Ann"'],
  ["$input.json('$.place.streets')", '[{"n":1},{"n":2}]'],
  ["$input.json('$.missing')", '""'],
  ["$input.json('$.none')", 'null'],
  ["$input.path('$.name')", 'Ann'],
  ["$input.path('$.age')", '7'],
  ["$input.path('$.tags')", '["a","b"]'],
  ["$input.path('$.tags[1]')", 'b'],
  ["$input.path('$.place')", '{city=Oslo, streets=[{"n":1},{"n":2}]}'],
  ["$input.path('$.place').city", 'Oslo'],
  ["$input.path('$..n')", '[1,2]'],
  ["$input.path('$.place.streets[*].n')", '[1,2]'],
  ["$input.path('$.place.streets[?(@.n > 1)].n')", '[2]'],
  ["$input.path('$.tags[0,1]')", '["a","b"]'],
  ["$input.path('$.missing')", ''],
  ["$input.path('$.none')", ''],
  ["$input.path('$.tags').size()", '2'],
  ["#foreach($tag in $input.path('$.tags'))<$tag>#if($foreach.hasNext),#end#end", '<a>,<b>'],
])('the template %s reads the body: %j', (template, expected) => {
  expect(rendered(template, { body: BODY })).toBe(expected);
});

test.each([
  ['$util.escapeJavaScript("it\'s")', "it\\'s"],
  ["$util.escapeJavaScript($input.path('$.text'))", 'say \\"hi\\"'],
  ["$util.escapeJavaScript($input.json('$.text'))", '\\"say \\\\\\"hi\\\\\\"\\"'],
  ["$util.urlEncode('a b&c=é!*')", 'a+b%26c%3D%C3%A9%21*'],
  ["$util.urlDecode('a+b%26c')", 'a b&c'],
  ["$util.base64Encode('hello')", 'aGVsbG8='],
  ["$util.base64Decode('aGVsbG8=')", 'hello'],
  ['$util.parseJson(\'{"a":{"b":1}}\').a.b', '1'],
])('the template %s converts text: %j', (template, expected) => {
  expect(rendered(template, { body: BODY })).toBe(expected);
});

test.each([
  ['#set($x = 7 / 2)$x', '3'],
  ['#set($x = 7.0 / 2)$x', '3.5'],
  ["#set($x = 'abc')$x.length() $x.substring(1) $x.contains('b') $x.toUpperCase()", '3 bc true ABC'],
  ["#set($x = 'a.b.c')$x.replace('.', '-') $x.replaceAll('[.]', '') $x.split('[.]').get(1)", 'a-b-c abc b'],
  ["#set($x = {'a': 1})$x.containsKey('a') $x.containsKey('toString') $x.isEmpty() $x", 'true false false {a=1}'],
  ['#set($x = [1, 2])$x $x.contains(2)', '[1, 2] true'],
  ["#set($q = '\"')${q}a${q} #if($q == '\"')yes#{else}no#end", '"a" yes'],
  ['## a comment\ntext', 'text'],
  ['$undefined|$!quiet|$context.missing|$context.missing.deeper', '|||'],
  ['costs $5 #1', 'costs $5 #1'],
])('the template %s is Velocity with the methods of Java: %j', (template, expected) => {
  expect(rendered(template)).toBe(expected);
});

test('a request without a body has an empty object', () => {
  expect(rendered("$input.body $input.json('$')")).toBe('{} {}');
});

test('a template that reads JSON from a text that is not JSON fails', () => {
  expect(() => rendered("$input.json('$.a')", { body: 'ping' })).toThrow('JSON');
  expect(rendered('$input.body', { body: 'ping' })).toBe('ping');
});

test('an invalid template fails', () => {
  expect(() => rendered('#set($x = )')).toThrow();
});

test('no expression of a template or a path reaches the code of this process', () => {
  const template = `$input.body.constructor.constructor("return process")().pid|$input.path("$.tags[?(@.constructor.constructor('return process')())]")`;
  let text = '';
  try {
    text = rendered(template, { body: BODY });
  } catch {
    // Refused.
  }
  expect(text).not.toContain(String(process.pid));
  expect(text).not.toContain('"a"');
});

test('any JSON body passes through $input.json unchanged, and through escapeJavaScript as a JSON text without single quotes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const body = JSON.stringify({ value });
      expect(JSON.parse(rendered("$input.json('$.value')", { body }))).toEqual(JSON.parse(body).value);
      const text = body.replaceAll("'", '');
      expect(JSON.parse(`"${rendered('$util.escapeJavaScript($input.body)', { body: text })}"`)).toBe(text);
    }),
  );
});

test('any text passes through urlEncode and base64Encode and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const body = JSON.stringify({ text });
      const path = "$input.path('$.text')";
      expect(rendered(`$util.urlDecode($util.urlEncode(${path}))`, { body })).toBe(text);
      expect(rendered(`$util.base64Decode($util.base64Encode(${path}))`, { body })).toBe(text);
    }),
  );
});
