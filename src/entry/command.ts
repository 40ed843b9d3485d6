/** One command of the program. `run` answers the exit code; it throws for faults. */
export type Command = {
  readonly summary: string;
  /** Positionals and options as a person would type them. */
  readonly usage: string;
  readonly options: Readonly<
    Record<string, { readonly type: 'string' | 'boolean'; readonly words: string }>
  >;
  readonly run: (asked: Asked) => Promise<number>;
};

export type Asked = {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  readonly env: NodeJS.ProcessEnv;
};

export const textOption = (asked: Asked, name: string): string | undefined => {
  const value = asked.values[name];
  return typeof value === 'string' ? value : undefined;
};
