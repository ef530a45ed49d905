import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { ImagePaths } from './image-paths';

/** Programs that change the system. They succeed and do nothing. */
const OF_SYSTEM = [
  ...['apt', 'apt-get', 'aptitude', 'dpkg', 'apk', 'yum', 'dnf', 'microdnf', 'zypper', 'pip', 'pip3'],
  ...['adduser', 'addgroup', 'useradd', 'groupadd', 'usermod', 'groupmod', 'deluser', 'userdel', 'groupdel'],
  ...['chown', 'chgrp', 'setcap', 'ldconfig', 'update-ca-certificates', 'locale-gen'],
];

/** Programs that images of Node.js have and this machine may not have. */
const OF_IMAGE = { yarn: 'yarn@1.22.22', corepack: 'corepack' };

/** Variables of this machine that commands of a build have: proxies, certificates and the registry. None of AWS. */
const OF_MACHINE =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|lang|npm_config_(registry|proxy|https_proxy|noproxy|cafile|strict_ssl))$/i;

/** Environment of the commands that build an image. */
export class BuildEnvironment {
  private readonly first: string;
  private readonly last: string;

  /** @param folder keeps the downloads of package managers, and the programs that stand for others */
  constructor(private readonly folder: string) {
    this.first = join(folder, 'system-programs');
    this.last = join(folder, 'image-programs');
    for (const name of OF_SYSTEM) {
      writeProgram(this.first, name, 'exit 0');
    }
    for (const [name, version] of Object.entries(OF_IMAGE)) {
      writeProgram(this.last, name, `exec npx --yes ${version} "$@"`);
    }
  }

  /** @param declared variables of `ENV` and `ARG` */
  variables(paths: ImagePaths, { PATH, ...declared }: Readonly<Record<string, string>>): Record<string, string> {
    const machine = Object.entries(process.env).filter(([name]) => OF_MACHINE.test(name)) as [string, string][];
    const settings = join(homedir(), '.npmrc');
    const programs = [
      this.first,
      ...paths.programs(PATH),
      dirname(process.execPath),
      process.env.PATH ?? '',
      this.last,
    ];
    return {
      ...Object.fromEntries(machine),
      ...paths.inBuildEnvironment(declared),
      PATH: programs.join(delimiter),
      HOME: paths.of('/root'),
      npm_config_prefix: paths.of('/usr/local'),
      npm_config_cache: join(this.folder, 'npm'),
      npm_config_update_notifier: 'false',
      // The registry of this user. `npm config set` does not write into it.
      ...(existsSync(settings) && { npm_config_globalconfig: settings }),
      YARN_CACHE_FOLDER: join(this.folder, 'yarn'),
      COREPACK_HOME: join(this.folder, 'corepack'),
      COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
      // The cache can be in a folder of a repository.
      GIT_CEILING_DIRECTORIES: paths.root,
    };
  }
}

function writeProgram(folder: string, name: string, command: string): void {
  const file = join(folder, name);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${command}\n`);
    chmodSync(file, 0o755);
  }
}
