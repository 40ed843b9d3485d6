/** The load generator: a process of its own, uploads of 5,000 rows of a pool of persons. */

const [url = '', key = '', seconds = '10', senders = '4', persons = '100000'] =
  process.argv.slice(2);
const ROWS = 5_000;
const until = Date.now() + Number(seconds) * 1000;
const base = Date.now() - 40 * 3_600_000;
let sent = 0;
let made = 0;

function upload(): Buffer {
  const lines: string[] = [];
  for (let i = 0; i < ROWS; i++) {
    const n = made++;
    const p = (n * 7919) % Number(persons);
    const at = new Date(base + (n % 130_000_000)).toISOString();
    const who = `"name":"居民${p}","phone":"13${String(900_000_000 + p)}","areaCode":"3401010010${String(1 + (p % 90)).padStart(2, '0')}","sex":"${1 + (p % 2)}","bornOn":"19${50 + (p % 50)}-0${1 + (p % 9)}-11"`;
    const what =
      n % 3 === 0
        ? '"kind":"checkpoint_scan","temperature":36.5,"passColour":"green"'
        : n % 3 === 1
          ? '"kind":"pharmacy_sale","drugClass":"N02B","quantity":2'
          : '"kind":"check_in","temperature":36.6,"cough":false,"rash":0';
    lines.push(`{${what},"at":"${at}","placeCode":"P001",${who}}`);
  }
  return Buffer.from(lines.join('\n'));
}

async function send(): Promise<void> {
  while (Date.now() < until) {
    const answer = await fetch(url, {
      method: 'POST',
      body: upload() as BodyInit,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    });
    const body = (await answer.json()) as { received?: number };
    if (answer.status === 202) sent += body.received ?? 0;
    else await new Promise((done) => setTimeout(done, 200));
  }
}

await Promise.all(Array.from({ length: Number(senders) }, send));
console.log(JSON.stringify({ sent }));
