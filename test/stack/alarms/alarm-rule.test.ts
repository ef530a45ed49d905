import { alarmsIn, stateOfRule } from './alarm-rule';
import type { AlarmState } from './alarm-state';

const STATES: Readonly<Record<string, AlarmState>> = { bad: 'ALARM', good: 'OK', new: 'INSUFFICIENT_DATA' };

const stateOf = (alarm: string) => STATES[alarm] ?? 'OK';

test.each<[string, AlarmState]>([
  ['ALARM("bad")', 'ALARM'],
  ['ALARM(good)', 'OK'],
  ['ALARM("new")', 'OK'],
  ['INSUFFICIENT_DATA("new")', 'ALARM'],
  ['(ALARM("good") OR ALARM("bad") OR ALARM("new"))', 'ALARM'],
  ['(ALARM("good") OR ALARM("new"))', 'OK'],
  ['ALARM("bad") AND NOT OK("good")', 'OK'],
  ['OK("good") OR ALARM("good") AND ALARM("good")', 'ALARM'],
  ['TRUE AND (FALSE OR TRUE)', 'ALARM'],
])('the rule %s is evaluated to %s', (rule, expected) => {
  expect(stateOfRule(rule.replace('(good)', '("good")'), stateOf)).toBe(expected);
});

test.each(['', 'ALARM("bad"', 'ALARM("bad") ALARM("bad")', 'BAD("bad")', 'ALARM("bad") OR', 'ALARM("bad") $'])(
  'the rule "%s" is refused',
  (rule) => {
    expect(() => stateOfRule(rule, stateOf)).toThrow();
  },
);

test('the alarms of a rule are those in quotation marks', () => {
  expect(alarmsIn('(ALARM("a-1") OR NOT OK("b"))')).toEqual(['a-1', 'b']);
});
