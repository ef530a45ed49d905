import { markdown } from '../../scale/markdown';
import { dollars } from '../../scale/words';
import { PARTS } from '../bill';
import { quantity } from '../amounts';
import { PART_NAMES } from '../part-names';
import { API } from '../variants';
import type { VariantBill } from './variant-bill';

/** Table of the lines of one bill, from a cent: an API without a gateway, 10,000 connections that receive one message a minute. */
export function linesTable(billOf: VariantBill): string {
  const { lines, parts, usd } = billOf(API, { connections: 1e4, rate: 1 / 60 });
  return markdown(
    ['line', 'quantity', 'unit', 'USD a month', 'grows'],
    [
      ...PARTS.filter((part) => parts[part] > 0).flatMap((part) => [
        [`**${PART_NAMES[part]}**`, '', '', `**${dollars(parts[part])}**`, ''],
        ...lines
          .filter((line) => line.part === part && line.usd > 0)
          .map((line) => [line.what, quantity(line.quantity), line.unit, dollars(line.usd), line.grows ? 'yes' : 'no']),
      ]),
      ['**sum**', '', '', `**${dollars(usd)}**`, ''],
    ],
  );
}
