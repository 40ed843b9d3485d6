import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Software WebGL2, no sandbox (tests run as root in containers), the same glyph shapes everywhere. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--font-render-hinting=none',
];

const INSTALLED = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const FONT_FILES = ['400', '700'].map((weight) =>
  fileURLToPath(
    new URL(
      `../../node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-${weight}-normal.woff`,
      import.meta.url,
    ),
  ),
);

/** Shows Chinese where the machine has no Chinese font: fontconfig reads the npm package's files. */
function lendFonts(): void {
  if (process.platform !== 'linux' || !FONT_FILES.every(existsSync)) return;
  const home = join(tmpdir(), 'fenghuo-test-fonts');
  mkdirSync(home, { recursive: true });
  for (const [i, file] of FONT_FILES.entries()) copyFileSync(file, join(home, `${i}.woff`));
  const folders = [home, join(tmpdir(), 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  writeFileSync(
    join(home, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders
      .map((folder) => `<dir>${folder}</dir>`)
      .join('')}<cachedir>${join(home, 'cache')}</cachedir></fontconfig>`,
  );
  process.env['FONTCONFIG_PATH'] = home;
}

/** Where a browser may be, best first: by name, the one packaged in npm, one installed here. */
async function candidates(): Promise<string[]> {
  const found = [process.env['CHROME_PATH'], ...INSTALLED].filter(
    (path): path is string => path !== undefined && existsSync(path),
  );
  if (process.platform !== 'linux' || process.arch !== 'x64') return found;
  const { default: packaged } = await import('@sparticuz/chromium');
  const path = await packaged.executablePath();
  return process.env['CHROME_PATH'] ? [...found, path] : [path, ...found];
}

/** A real browser with WebGL2. Fails with every reason when none can be started. */
export async function openBrowser(): Promise<Browser> {
  lendFonts();
  const reasons: string[] = [];
  for (const executablePath of await candidates()) {
    try {
      return await chromium.launch({ executablePath, args: FLAGS, headless: true });
    } catch (fault) {
      reasons.push(`${executablePath}: ${fault instanceof Error ? fault.message : String(fault)}`);
    }
  }
  throw new Error(`no browser could be started; set CHROME_PATH.\n${reasons.join('\n')}`);
}

export const DESKTOP = { width: 1440, height: 900 } as const;
export const PHONE = { width: 390, height: 844 } as const;

export type Look = {
  lang?: 'zh' | 'en';
  theme?: 'light' | 'dark';
  viewport?: typeof DESKTOP | typeof PHONE;
};

/** A page of its own context; `faults` gathers console errors and thrown errors, to be empty at the end. */
export async function openPage(
  browser: Browser,
  look: Look = {},
  more: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const viewport = look.viewport ?? DESKTOP;
  const isPhone = viewport.width < 500;
  const context = await browser.newContext({
    viewport,
    locale: look.lang === 'en' ? 'en-GB' : 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ...(isPhone ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}),
    ...more,
  });
  await context.addInitScript(
    ([lang, theme]) => {
      if (lang) localStorage.setItem('fenghuo.lang', lang);
      if (theme) localStorage.setItem('fenghuo.theme', theme);
    },
    [look.lang, look.theme] as const,
  );
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (fault) => faults.push(fault.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${message.text()} ${message.location().url}`);
  });
  return { page, faults };
}

/** Signs in through the page itself and waits until the face that belongs to the role is there. */
export async function signIn(
  page: Page,
  base: string,
  who: { login: string; password: string },
  next = '',
): Promise<void> {
  await page.goto(`${base}/${next ? `?next=${encodeURIComponent(next)}` : ''}`);
  await page.locator('input[name=login]').fill(who.login);
  await page.locator('input[name=password]').fill(who.password);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(/\/(command|desk|field)\//);
}
