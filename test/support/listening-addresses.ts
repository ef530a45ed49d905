import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { RunningProcess } from './processes';

/** @returns the addresses on which any of the processes listens: `127.0.0.1`, `[::1]`; other addresses as the system writes them. */
export function listeningAddresses(processes: readonly Pick<RunningProcess, 'pid'>[]): string[] {
  return existsSync('/proc/net/tcp') ? fromProc(processes) : fromLsof(processes);
}

/** Loopback addresses as /proc writes them: words of 32 bits in the byte order of the machine. */
const LOOPBACK: Readonly<Record<string, string>> = {
  '0100007F': '127.0.0.1',
  '00000000000000000000000001000000': '[::1]',
};

const LISTEN = '0A';

/** Reads the addresses on Linux, where small images have no `lsof`. */
function fromProc(processes: readonly Pick<RunningProcess, 'pid'>[]): string[] {
  const own = new Set(processes.flatMap(({ pid }) => socketsOf(pid)));
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((table) => existsSync(table))
    .flatMap((table) => readFileSync(table, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTEN && own.has(`socket:[${inode}]`))
    .map(([, local = '']) => local.replace(/:.*/, ''))
    .map((address) => LOOPBACK[address] ?? address);
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    try {
      return readlinkSync(`${folder}/${descriptor}`);
    } catch {
      // The descriptor has been closed since the folder was read.
      return [];
    }
  });
}

function fromLsof(processes: readonly Pick<RunningProcess, 'pid'>[]): string[] {
  const pids = processes.map(({ pid }) => pid).join();
  const table = execFileSync('lsof', ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-p', pids, '-Fn'], { encoding: 'utf8' });
  return [...table.matchAll(/^n(.*):\d+$/gm)].map(([, address = '']) => address);
}
