/** Fields of one CSV record, quotes resolved; undefined when a quote stays open or text follows a closing one. */
export function csvFields(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (line.charCodeAt(at) === 34) {
      let value = '';
      let from = at + 1;
      for (;;) {
        const quote = line.indexOf('"', from);
        if (quote < 0) return undefined;
        value += line.slice(from, quote);
        from = quote + 1;
        if (line.charCodeAt(from) !== 34) break;
        value += '"';
        from++;
      }
      fields.push(value);
      at = from;
      if (at >= line.length) return fields;
      if (line.charCodeAt(at) !== 44) return undefined;
    } else {
      const comma = line.indexOf(',', at);
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
