import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { startWords } from '../kit/i18n.ts';
import { newQueryClient } from '../kit/query.ts';
import { startTheme } from '../kit/theme.ts';
import '../kit/style/tokens.css';
import '../kit/style/ui.css';
import './desk.css';
import './trust/reasons.css';
import './trust/retention/retention.css';
import './trust/orders/orders.css';
import '../kit/style/print.css';
import { router } from './routes.ts';
import { en } from './strings.en.ts';
import { zh } from './strings.zh.ts';
import * as trust from './trust/words/index.ts';

startWords({ zh: { ...zh, ...trust.zh }, en: { ...en, ...trust.en } });
startTheme('light');
createRoot(document.body.querySelector('#root') ?? document.body).render(
  <QueryClientProvider client={newQueryClient()}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
