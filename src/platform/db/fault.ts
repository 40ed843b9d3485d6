/** What the driver reports of a failed statement. */
type DriverError = Error & {
  code?: string;
  constraint?: string;
  table?: string;
  detail?: string;
  where?: string;
};

/**
 * The database failed us. `code` is the SQLSTATE when the server answered (23505 unique, 40001
 * serialization, 40P01 deadlock, 57014 cancelled), else the system's code such as ECONNREFUSED.
 * Message and cause never carry parameter values: rows of this house are about people.
 */
export class DbFault extends Error {
  readonly code: string;
  readonly constraint: string;

  constructor(doing: string, cause: unknown) {
    const known = scrub(cause);
    const code = known?.code ?? '';
    const at = known?.constraint ? ` on ${known.constraint}` : '';
    const said = known ? known.message || known.name : 'unknown reason';
    super(`database: ${doing}: ${said}${at}${code ? ` (${code})` : ''}`, { cause });
    this.name = 'DbFault';
    this.code = code;
    this.constraint = known?.constraint ?? '';
  }
}

/**
 * Takes the values out of a driver error, in place, so that a logger that prints causes prints no
 * person: DETAIL and CONTEXT quote rows, and class 22 (data exception) quotes the value itself.
 */
function scrub(cause: unknown): DriverError | undefined {
  if (!(cause instanceof Error)) return undefined;
  const error = cause as DriverError;
  delete error.detail;
  delete error.where;
  if (error.code?.startsWith('22')) {
    error.message = error.message.replace(/"[^]*"/g, '"…"');
    error.stack = `${error.name}: ${error.message}`;
  }
  return error;
}

/** The head of a statement, to say which one failed. Values are parameters, so none stand in it. */
export const headOf = (sql: string): string => {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};
