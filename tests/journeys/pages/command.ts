import type { Locator, Page } from 'playwright-core';

/** The command face: queue at the left, one alert or the panels at the right. */
export const commandPage = (page: Page) => {
  const detail = page.getByRole('complementary', { name: '预警详情' });
  return {
    detail,
    queue: page.getByRole('region', { name: '预警' }),
    /** The stream is connected: what happens from now on appears by itself. */
    live: () => page.locator('.live').getByText('实时', { exact: true }).waitFor(),
    rowsOf: (title: string, text: string): Locator =>
      page.locator('.queue li.alert').filter({ hasText: title }).filter({ hasText: text }),
    async open(title: string, text: string): Promise<void> {
      await page
        .locator('.queue li.alert')
        .filter({ hasText: title })
        .filter({ hasText: text })
        .first()
        .click();
      await detail.getByRole('heading', { level: 2, name: title }).waitFor();
    },
    /** One rung of the ladder of the alert's task, by its tier's word. */
    hop: (tier: string): Locator =>
      detail.locator('.hops li').filter({ has: page.locator('.hop-tier', { hasText: tier }) }),
    task: (status: string): Locator => detail.locator('.ladder').getByText(status, { exact: true }),
    press: (name: string) => detail.getByRole('button', { name, exact: true }).click(),
  };
};
