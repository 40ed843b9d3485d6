// The first step of every npm command. It has no dependency and runs on any Node ≥ 20: it installs what is
// missing, checks that the native parts of this platform load, and hands over to the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const platform = `${process.platform}-${process.arch}`;

/** `npm install`, not `npm ci`: a registry that lacks another platform's optional package must not stop this one. */
function install(extra, why) {
  console.error(`fenghuo: ${why}`);
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...extra];
  const done = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) fail(`npm ${args.join(' ')} failed; see its words above. The npm registry must be reachable once.`);
}

function fail(sentence) {
  console.error(`fenghuo: ${sentence}`);
  process.exit(1);
}

const lockHash = () => createHash('sha256').update(readFileSync(at('package-lock.json'))).digest('hex');
const stamp = at('node_modules', '.fenghuo-installed');
const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();

/** The pinned Node comes from the registry as a package; some npm versions do not run the script that links it. */
function pinnedNode() {
  const places = [at('node_modules', 'node', 'bin', 'node'), at('node_modules', `node-${platform.replace('win32', 'win')}`, 'bin', 'node'),
    at('node_modules', 'node', 'node_modules', `node-${platform}`, 'bin', 'node')];
  return places.find((path) => existsSync(path) && spawnSync(path, ['--version']).status === 0);
}

function versionOf(name) {
  const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  return lock.packages?.[`node_modules/${name}`]?.version ?? JSON.parse(readFileSync(at('package.json'), 'utf8')).dependencies?.[name];
}

/** Native parts by platform: what must load, and the package that brings it. */
function checkNative(node) {
  const chdb = spawnSync(node, ['-e', "require('chdb')"], { cwd: root });
  if (chdb.status === 0) return;
  const builds = JSON.parse(readFileSync(at('node_modules', 'chdb', 'package.json'), 'utf8')).optionalDependencies ?? {};
  const name = Object.keys(builds).find((it) => it.includes(platform));
  if (!name && !process.env.LAKE_URL) fail(`the embedded lake has no build for ${platform}; set LAKE_URL to a ClickHouse server.`);
  if (name) install(['--no-save', `${name}@${builds[name]}`], `installing the lake's native part for ${platform}`);
}

function ready() {
  if (!isInstalled()) {
    install([], 'installing packages once (about a minute, 1.4 GB on disk)…');
    let node = pinnedNode();
    if (!node) {
      install(['--no-save', `node-${platform}@${versionOf('node')}`], `installing Node for ${platform}`);
      node = pinnedNode();
    }
    if (!node) fail(`no Node ${versionOf('node')} for ${platform} could be installed.`);
    checkNative(node);
    writeFileSync(stamp, lockHash());
  }
  const node = pinnedNode();
  return node ?? fail('the pinned Node is missing; delete node_modules and run the command again.');
}

const [command = 'start', ...rest] = process.argv.slice(2);
const scripts = { test: 'tools/checks/test.ts', check: 'tools/checks/check.ts', bench: 'bench/main.ts', release: 'tools/release/release.ts' };
const script = scripts[command] ?? 'src/entry/main.ts';
const args = scripts[command] || command === 'cli' ? rest : [command, ...rest];
const child = spawn(ready(), ['--disable-warning=ExperimentalWarning', at(script), ...args], { cwd: process.env.INIT_CWD && command === 'cli' ? process.env.INIT_CWD : root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
