/**
 * Writes a fault to the log: where, the chain of what was being done, and the stack of the first.
 * Faults carry no values of rows (see `DbFault`, `LakeFault`), so no personal data gets here.
 */
export const faultWriter =
  (where: string) =>
  (fault: unknown, detail = ''): void => {
    const chain: string[] = [];
    for (let at: unknown = fault; at instanceof Error; at = at.cause) chain.push(at.message);
    console.error(
      `fault in ${where}${detail ? ` (${detail})` : ''}: ${chain.join(' ← ') || String(fault)}`,
    );
    if (process.env.FENGHUO_DEBUG && fault instanceof Error) console.error(fault.stack);
  };
