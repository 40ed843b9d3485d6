import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { isMllp, onePort, PORT_CONNECTIONS_MAX } from './one-port.ts';

test('the port takes only so many connections', () => {
  assert.equal(onePort(createServer(), () => undefined).maxConnections, PORT_CONNECTIONS_MAX);
});

const says = (text: string): boolean => isMllp(Buffer.from(text, 'latin1'));

test('an HTTP request is HTTP, whatever its body speaks of', () => {
  assert.equal(says('POST /api/x HTTP/1.1\r\nHost: a\r\n\r\n{"note":"MSH|^~\\\\&|HIS"}'), false);
  assert.equal(says('GET /healthz HTTP/1.1\r\n'), false);
  assert.equal(says('PO'), false, 'a method still on its way');
});

test('a frame is MLLP, also a bad one', () => {
  assert.equal(says('\x0bMSH|^~\\&|HIS'), true);
  assert.equal(says('MSH|^~\\&|HIS|P001'), true, 'the start byte forgotten');
  assert.equal(says('\r\n\x0bMSH|'), true);
  assert.equal(says('hello'), true);
});
