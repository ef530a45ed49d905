import type { AlarmState } from './alarm-state';

const TOKENS = /\s*(\(|\)|"[^"]*"|[A-Z_]+)/gy;

/**
 * Evaluates the rule of a composite alarm: `ALARM("a") OR NOT OK("b")`.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 *
 * @param stateOf - state of an alarm by the name or ARN in the rule
 * @throws Error for a text that is no rule
 */
export function stateOfRule(rule: string, stateOf: (alarm: string) => AlarmState): AlarmState {
  const tokens = [...rule.matchAll(TOKENS)].map(([, token = '']) => token);
  let next = 0;
  const result = either();
  if (next < tokens.length || rule.replaceAll(TOKENS, '').trim() !== '') {
    throw new Error(`no rule: ${rule}`);
  }
  return result ? 'ALARM' : 'OK';

  function take(): string {
    next += 1;
    return tokens[next - 1] ?? '';
  }

  function skip(token: string): boolean {
    const found = tokens[next] === token;
    next += found ? 1 : 0;
    return found;
  }

  function either(): boolean {
    let value = both();
    while (skip('OR')) {
      const other = both();
      value ||= other;
    }
    return value;
  }

  function both(): boolean {
    let value = one();
    while (skip('AND')) {
      const other = one();
      value &&= other;
    }
    return value;
  }

  function one(): boolean {
    if (skip('NOT')) {
      return !one();
    }
    if (skip('(')) {
      const value = either();
      close();
      return value;
    }
    const name = take();
    if (name === 'TRUE' || name === 'FALSE') {
      return name === 'TRUE';
    }
    if (!['ALARM', 'OK', 'INSUFFICIENT_DATA'].includes(name) || !skip('(')) {
      throw new Error(`unexpected ${name} in ${rule}`);
    }
    const alarm = take().replaceAll('"', '');
    close();
    return stateOf(alarm) === name;
  }

  function close(): void {
    if (!skip(')')) {
      throw new Error(`unexpected ${tokens[next] ?? 'end'} in ${rule}`);
    }
  }
}

/** @returns the alarms that a rule refers to */
export function alarmsIn(rule: string): string[] {
  return [...rule.matchAll(/"([^"]*)"/g)].map(([, alarm = '']) => alarm);
}
