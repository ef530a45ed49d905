import { PARTS } from '../../../tools/cost/bill';
import { html } from '../../../tools/cost/html';
import { money, quantity, shortMoney } from '../../../tools/cost/amounts';
import { PART_NAMES } from '../../../tools/cost/part-names';
import { priceOf } from '../../../tools/prices/price';
import { billOf, pageOf } from './html-page';

/** Text of a page without tags, in one line. */
function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

/** Start and width of the segments of a row, in percent. */
function segmentsOf(page: string, connections: string): [start: number, width: number][] {
  const [, row = ''] = new RegExp(`aria-label="${connections} connections: [^"]*%">(.*?)</svg>`).exec(page) ?? [];
  return [...row.matchAll(/x="([\d.]+)%".*?width="([\d.]+)%"/g)].map(([, start, width]) => [
    Number(start),
    Number(width),
  ]);
}

describe('the page of a bill', () => {
  it('has the sum and the connections as its only heading of level 1', () => {
    const headings = [...html(pageOf()).matchAll(/<h1>(.*?)<\/h1>/g)].map(([, heading]) => heading);
    expect(headings).toEqual([`${money(billOf(1e4).usd)} a month for 10,000 connections`]);
  });

  it('loads nothing and runs no script', () => {
    const page = html(pageOf());
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|@import|url\(|\son[a-z]+=/i);
  });

  it('says that no invoice was compared, and that free amounts were not subtracted if so', () => {
    expect(textOf(html(pageOf()))).toContain('It was not compared with an invoice.');
    expect(textOf(html(pageOf()))).toContain('Free amounts of AWS subtracted');
    expect(textOf(html(pageOf({ bill: { ...billOf(1e4), freeTier: false } })))).toContain(
      'Free amounts of AWS not subtracted',
    );
  });

  it('draws segments that follow each other and fill their row', () => {
    const segments = segmentsOf(html(pageOf()), '1,000');
    expect(segments.length).toBeGreaterThan(3);
    let end = 0;
    for (const [start, width] of segments) {
      expect(start).toBeCloseTo(end, 1);
      end = start + width;
    }
    expect(end).toBeCloseTo(100, 1);
  });

  it('gives each drawing a label with its numbers', () => {
    const page = html(pageOf());
    const drawings = page.match(/<svg(?![^>]*aria-hidden)/g) ?? [];
    expect(drawings).toHaveLength(10);
    expect(page.match(/<svg[^>]*role="img" aria-label="[\d,]+ connections: [^"]+"/g)).toHaveLength(10);
    expect(page).toContain('aria-label="1,000,000 connections: $15,351, of which $99.05 without use"');
  });

  it('has a table with every part of every size, except those without an amount', () => {
    const text = textOf(html(pageOf()));
    expect(text).toContain('Part 100 1,000 10,000 100,000 1,000,000');
    expect(text).not.toContain(PART_NAMES.gateway);
    for (const part of PARTS.filter((each) => billOf(100).parts[each] > 0)) {
      const cells = [100, 1e3, 1e4, 1e5, 1e6].map((connections) => money(billOf(connections).parts[part]));
      expect(text).toContain(`${PART_NAMES[part]} ${cells.join(' ')}`);
    }
  });

  it('has every line with its quantity, unit, amount, and whether it grows', () => {
    const text = textOf(html(pageOf()));
    expect(text).toContain('NAT gateways 2,190 hour $98.55 no');
    expect(text).toMatch(/connection minutes \d+ 438,000,000 minute \$109\.50 yes/);
  });

  it('marks each price to check, and lists it once with its marks and its source', () => {
    const page = html(pageOf());
    const linked = [...page.matchAll(/href="#price-(\d+)"/g)].map(([, number]) => number);
    const listed = [...page.matchAll(/<li id="price-(\d+)">/g)].map(([, number]) => number);
    expect(listed).toEqual(listed.map((_, index) => `${index + 1}`));
    expect([...new Set(linked)].sort()).toEqual([...listed].sort());
    expect(textOf(page)).toMatch(/AppSync Events, operation: .*?: no date, unverified \. Source: /);
    expect(textOf(page)).not.toContain('NAT gateway, hour:');
  });

  it('lists no price of a managed service that needs no check', () => {
    const recent = { ...priceOf('NAT gateway', 'hour'), service: 'Example', asOf: '2026-11-01' };
    const old = { ...recent, usage: 'minute', asOf: '2024-11-01' };
    const text = textOf(
      html(pageOf({ alternatives: [{ service: 'Example', known: '', usd: 1, prices: [recent, old] }] })),
    );
    expect(text).toContain('Example, minute: older than a year');
    expect(text).not.toContain('Example, hour');
  });

  it('draws the cost without use before the sum, and at the same place for every size', () => {
    const dots = [...html(pageOf()).matchAll(/class="without-use" cx="([\d.]+)%".*?class="sum" cx="([\d.]+)%"/g)];
    const floors = dots.map(([, floor]) => Number(floor));
    expect(floors).toEqual(Array.from({ length: 5 }, () => floors[0]));
    const sums = dots.map(([, , sum]) => Number(sum));
    expect(sums).toEqual(sums.toSorted((one, other) => one - other));
    expect(sums[4]).toBeGreaterThan((floors[4] ?? 100) + 10);
  });

  it('says on narrow screens that each wide table scrolls', () => {
    const page = html(pageOf());
    expect(page.match(/<p class="soft hint">[^<]*<\/p><div class="wide"/g)).toHaveLength(3);
    expect(page).toMatch(
      /\.hint \{ display: none; \}[\s\S]*@media \(max-width: 40rem\)[\s\S]*\.hint \{ display: block; \}/,
    );
  });

  it('says for another Region that the prices are those of us-east-1', () => {
    expect(textOf(html(pageOf()))).toContain('in us-east-1, at its prices,');
    expect(textOf(html(pageOf({ region: 'eu-central-1' })))).toContain(
      'in eu-central-1, at the prices of us-east-1 , which can differ,',
    );
  });

  it('has the managed services, with the reason where there is no price', () => {
    const text = textOf(html(pageOf()));
    const { usd, parts } = billOf(1e4);
    expect(text).toContain(
      `Twinlane, this stage ${money(usd - parts.dataOut)} the whole bill, without data to clients`,
    );
    expect(text).toMatch(/AppSync Events( \d+)* \$473 no order of messages/);
    expect(text).toMatch(
      /Cloudflare Durable Objects( \d+)* \$5\.00 a runtime: .*; assumes hibernation, 10 ms .* not tried/,
    );
    expect(text).toMatch(/Pusher Channels \d+ messages a day of the plan not known/);
  });

  it('omits sections without content', () => {
    const text = textOf(html(pageOf({ bill: { ...billOf(1e4), marks: [] }, alternatives: [] })));
    expect(text).not.toContain('Managed services');
    expect(text).not.toContain('Prices to check');
  });

  it('escapes the name of the stack', () => {
    expect(html(pageOf({ stack: '<b>' }))).toContain('<code>&lt;b&gt;</code>');
  });

  it('draws a bill of nothing without numbers that are no numbers', () => {
    const nothing = {
      ...billOf(1),
      usd: 0,
      growingUsd: 0,
      lines: [],
      parts: Object.fromEntries(PARTS.map((part) => [part, 0])),
    };
    const page = html(pageOf({ bill: nothing as never, sizes: [nothing as never] }));
    expect(page).not.toMatch(/NaN|Infinity/);
  });
});

test.each([
  [0, '$0.00'],
  [0.346, '$0.35'],
  [99.994, '$99.99'],
  [99.996, '$100'],
  [270_383.4, '$270,383'],
])('%p USD are %s', (usd, text) => {
  expect(money(usd)).toBe(text);
});

test.each([
  [1, '$1'],
  [100, '$100'],
  [1e4, '$10k'],
  [1e6, '$1M'],
])('the tick of %p USD is %s', (usd, text) => {
  expect(shortMoney(usd)).toBe(text);
});

test.each([
  [0.000417, '0.000417'],
  [0.4237, '0.424'],
  [93.27, '93.3'],
  [1_314_000.4, '1,314,000'],
])('the quantity %p is %s', (value, text) => {
  expect(quantity(value)).toBe(text);
});
