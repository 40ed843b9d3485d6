import { QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { startWords } from '../kit/i18n.ts';
import { newQueryClient } from '../kit/query.ts';
import { startTheme } from '../kit/theme.ts';
import { plainSearch } from '../kit/view.ts';
import '../kit/style/tokens.css';
import '../kit/style/ui.css';
import './command.css';
import '../kit/style/print.css';
import { Room } from './room.tsx';
import { en } from './strings.en.ts';
import { zh } from './strings.zh.ts';

startWords({ zh, en });
startTheme('dark');
const root = createRootRoute();
const room = createRoute({ getParentRoute: () => root, path: '/', component: Room });
const router = createRouter({
  routeTree: root.addChildren([room]),
  basepath: '/command',
  trailingSlash: 'always',
  ...plainSearch,
});
createRoot(document.body.querySelector('#root') ?? document.body).render(
  <QueryClientProvider client={newQueryClient()}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
