import { type Dialect, PLAIN } from '../tables/dialect.ts';

/** Fields of one CSV record, quotes resolved; undefined when a quote stays open or text follows a closing one. */
export function csvFields(line: string, dialect: Dialect = PLAIN): string[] | undefined {
  const quoted = dialect.quote === 34 ? '"' : "'";
  const between = String.fromCharCode(dialect.delimiter);
  if (!line.includes(quoted)) return line.split(between);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (line.charCodeAt(at) === dialect.quote) {
      let value = '';
      let from = at + 1;
      for (;;) {
        const quote = line.indexOf(quoted, from);
        if (quote < 0) return undefined;
        value += line.slice(from, quote);
        from = quote + 1;
        if (line.charCodeAt(from) !== dialect.quote) break;
        value += quoted;
        from++;
      }
      fields.push(value);
      at = from;
      if (at >= line.length) return fields;
      if (line.charCodeAt(at) !== dialect.delimiter) return undefined;
    } else {
      const comma = line.indexOf(between, at);
      if (comma < 0) {
        fields.push(line.slice(at));
        return fields;
      }
      fields.push(line.slice(at, comma));
      at = comma;
    }
    at++;
  }
}
