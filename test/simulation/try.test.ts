import { simulate } from './simulation';
test('try', async () => {
  const [from, to] = (process.env.RANGE ?? '0-20').split('-').map(Number);
  const bad: any[] = [];
  const start = Date.now(); const cpu = process.cpuUsage();
  let events = 0;
  for (let seed = from as number; seed < (to as number); seed++) {
    const t0 = performance.now(); (globalThis as any).STEPS = 0;
    const result = await simulate(seed);
    if (process.env.EACH) process.stdout.write(`${seed} ${(performance.now() - t0).toFixed(0)} ms ${(globalThis as any).STEPS} steps ${result.events.length} events\n`);
    events += result.events.length;
    if (result.violations.length) bad.push({ seed, e: process.env.EVENTS ? result.events.filter((e: any) => !['published','acknowledged'].includes(e.type)).slice(-Number(process.env.EVENTS)).map((e) => JSON.stringify({ ...e, at: new Date(e.at).toISOString().slice(11) }).replace(/ {5,}/g, ' ')) : [], v: result.violations.slice(0, 3).map((v) => new Date(v.at).toISOString().slice(11) + ' ' + v.what.slice(0,600)) , f: [...result.faults.keys()].length });
  }
  const used = process.cpuUsage(cpu); console.log(Date.now() - start, 'ms', (used.user + used.system) / 1000, 'cpu ms', events, 'events', bad.length, 'bad', JSON.stringify(bad.slice(0, 4), null, 1));
}, 600000);
