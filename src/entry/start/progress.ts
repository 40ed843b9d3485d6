/**
 * A progress bar for one long step: a line that redraws itself on a terminal, a line each tenth
 * elsewhere.
 */
export function progressBar(title: string, out: NodeJS.WriteStream = process.stderr) {
  let tenth = -1;
  let last = '';
  return {
    to(done: number, total: number): void {
      const share = total > 0 ? Math.min(1, done / total) : 1;
      const line = `  ${title} ${'█'.repeat(Math.floor(share * 24)).padEnd(24, '░')} ${Math.floor(share * 100)} %`;
      if (out.isTTY && line !== last) out.write(`\r${line}`);
      else if (!out.isTTY && Math.floor(share * 10) > tenth) out.write(`${line}\n`);
      tenth = Math.floor(share * 10);
      last = line;
    },
    end(note = ''): void {
      if (out.isTTY) out.write(`\r${' '.repeat(last.length)}\r`);
      out.write(`  ${title} ✔ ${note}\n`);
    },
  };
}
