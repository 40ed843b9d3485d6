import type { Page } from 'playwright-core';

/** The phone face: a list of tasks, one task with its form. */
export const fieldPage = (page: Page) => ({
  async open(title: string, who: string): Promise<void> {
    await page
      .locator('.task')
      .filter({ hasText: title })
      .filter({ hasText: who })
      .first()
      .locator('a')
      .click();
    await page.getByRole('heading', { level: 1 }).waitFor();
  },
  /** Reveals the number under a reason; answers the numbers that can be dialled. */
  async phones(reason: string): Promise<string[]> {
    await page.getByRole('button', { name: '查看电话' }).click();
    await page.getByRole('button', { name: reason }).click();
    const links = page.locator('a[href^="tel:"]');
    await links.first().waitFor();
    return links.evaluateAll((all) => all.map((it) => (it.getAttribute('href') ?? '').slice(4)));
  },
  async accept(): Promise<void> {
    await page.getByRole('button', { name: '接收任务' }).click();
    await page.getByText('已接收').first().waitFor();
  },
  pick: (name: string) => page.getByRole('button', { name, exact: true }).click(),
  fill: (question: string, value: string) =>
    page.locator('.question').filter({ hasText: question }).locator('input').fill(value),
  async submit(): Promise<void> {
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByText('已提交').first().waitFor();
  },
});
