import type { Page } from 'playwright-core';

const numberOf = (text: string | null): number => Number((text ?? '').replaceAll(/\D/g, ''));

/** The desk: lists, batches with their equation, rules with their tiles. */
export const deskPage = (page: Page) => ({
  go: async (path: string): Promise<void> => {
    await page.goto(new URL(`/desk${path}`, page.url()).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
  },
  /** The number of a tile by its name; 0 when there is none yet. */
  async tile(name: string): Promise<number> {
    const tile = page.locator('.tiles div').filter({ has: page.getByText(name, { exact: true }) });
    return (await tile.count()) === 0 ? 0 : numberOf(await tile.locator('dd').textContent());
  },
  /** received, admitted, quarantined, duplicate, pending as the equation shows them. */
  equation: async (): Promise<number[]> => {
    await page.locator('.equation').waitFor();
    return (await page.locator('.equation .term strong').allTextContents()).map(numberOf);
  },
  holds: () => page.locator('.equation').getByText('账平', { exact: true }).waitFor(),
});
