import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Folders of programs and devices, which are those of this machine. */
const SYSTEM = /^\/(bin|sbin|usr\/bin|usr\/sbin|dev|proc|sys)(\/|$)/;

/** Programs of an image of Node.js, by their paths in it. */
const OF_NODE = /^\/(usr\/local\/bin|usr\/bin|nodejs\/bin)\/(node|npm|npx|corepack|yarn|yarnpkg|pnpm)$/;

/** Paths at the top of a Linux file system and of usual images: in a command they are files, and not the path of a URL. */
const TOP = /^\/(app|code|data|etc|home|lib|media|mnt|opt|root|run|srv|tmp|usr|var|workdir|workspace)(\/|$)/;

/** An absolute path in the text of a command. Not `a/b`, `//host`, `$NAME/x` or `~/x`. */
const PATH_IN_TEXT = /(?<![\w.$})~@+%/*-])\/(?:[\w.@+~-][\w.@+~/-]*|(?=\*)|(?<=\bcd \/)(?=\s|$))/g;

/** The folder of an image on this machine, and the paths in it. */
export class ImagePaths {
  /**
   * @param root absolute path of the folder that stands for `/` of the image
   * @param workingDirectory absolute path in the image
   * @param folder the folder that stands for the working directory
   */
  constructor(
    readonly root: string,
    private readonly workingDirectory: string,
    private readonly folder = join(root, workingDirectory),
  ) {}

  /** @returns path on this machine of a path in the image */
  of(path: string): string {
    return this.isBelow(path) ? join(this.folder, path.slice(this.workingDirectory.length)) : join(this.root, path);
  }

  /** Folders of programs that the image adds: those of `npm install --global`, and those of its `PATH`. */
  programs(path = ''): string[] {
    const own = path.split(':').filter((folder) => folder.startsWith('/') && !SYSTEM.test(folder));
    return [...new Set([...own, '/usr/local/bin'])].map((folder) => this.of(folder));
  }

  /** Replaces a path of the image in a word of a command or in a variable, if there is something at the path. */
  inWord(word: string): string {
    const [, before = '', path = ''] = /^(|--?[\w-]+=)(\/.*)$/s.exec(word) ?? [];
    return path === '' ? word : before + this.existing(path);
  }

  /** Replaces the paths of the image in the text of a shell command, if there is something at the path. */
  inText(text: string): string {
    return text.replace(PATH_IN_TEXT, (path) => this.existing(path));
  }

  /**
   * Replaces the paths in a command that builds the image, also those that do not exist yet: such a command must not change files of this
   * machine.
   */
  inBuild(text: string): string {
    return text.replace(PATH_IN_TEXT, (path, offset: number) => {
      const known = this.existing(path);
      const isOption = text[offset - 1] === '=' && !TOP.test(path);
      return known !== path || isOption || SYSTEM.test(path) ? known : this.of(path);
    });
  }

  /** Variables for commands that build the image. Paths of folders to create are replaced, too. */
  inBuildEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(environment).map(([name, value]) => {
        const isFolder = /(^|_)(HOME|DIR|DIRECTORY|CACHE)$/.test(name) && value.startsWith('/') && !SYSTEM.test(value);
        return [name, isFolder ? this.of(value) : this.inVariable(value)];
      }),
    );
  }

  /** Replaces paths of the image in a variable: one path, or a list of paths with colons. */
  inVariable(value: string): string {
    return value.startsWith('/')
      ? value
          .split(':')
          .map((path) => this.existing(path))
          .join(':')
      : value;
  }

  private existing(path: string): string {
    if (path === '/' || !path.startsWith('/')) {
      return path;
    }
    const inImage = this.of(path);
    if (this.isBelow(path) || existsSync(inImage)) {
      return inImage;
    }
    return OF_NODE.test(path) ? posix.basename(path) : path;
  }

  /** True for the working directory and paths in it, unless it is `/`. */
  private isBelow(path: string): boolean {
    const relative = posix.relative(this.workingDirectory, path);
    return this.workingDirectory !== '/' && relative !== '..' && !relative.startsWith('../');
  }
}
