import {
  createRootRoute,
  createRoute,
  createRouter,
  type RouteComponent,
} from '@tanstack/react-router';
import { plainSearch } from '../kit/view.ts';
import { Home, Shell } from './frame/shell.tsx';
import { BatchPage } from './intake/batch.tsx';
import { Batches } from './intake/batches.tsx';
import { MappingPage } from './intake/mapping.tsx';
import { QuarantinePage } from './intake/mend.tsx';
import { Quarantine } from './intake/quarantine.tsx';
import { SourcePage } from './intake/source.tsx';
import { Sources } from './intake/sources.tsx';
import { People } from './people/people.tsx';
import { PersonPage } from './people/person.tsx';
import { AccountPage } from './trust/account.tsx';
import { Actors } from './registers/actors.tsx';
import { Areas } from './registers/areas.tsx';
import { Diseases } from './registers/diseases.tsx';
import { PlacePage } from './registers/place.tsx';
import { Places } from './registers/places.tsx';
import { PostPage } from './registers/post.tsx';
import { Posts } from './registers/posts.tsx';
import { Codes } from './rules/codes.tsx';
import { DraftPage } from './rules/draft.tsx';
import { ListPage } from './rules/list.tsx';
import { Lists } from './rules/lists.tsx';
import { RulePage } from './rules/rule.tsx';
import { Rules } from './rules/rules.tsx';
import { Entries } from './trust/entries.tsx';
import { Exports } from './trust/exports.tsx';
import { Grants } from './trust/grants.tsx';
import { HandOvers } from './trust/hand-overs.tsx';
import { OrderPage } from './trust/orders/order.tsx';
import { Orders } from './trust/orders/orders.tsx';
import { Misuse } from './trust/misuse/misuse.tsx';
import { Retention } from './trust/retention/retention.tsx';
import { TaskPage } from './tasks/task.tsx';
import { Tasks } from './tasks/tasks.tsx';

const root = createRootRoute({ component: Shell });
const at = <P extends string>(path: P, component: RouteComponent) =>
  createRoute({ getParentRoute: () => root, path, component });

/** The desk as a table of contents. */
const tree = root.addChildren([
  at('/', Home),
  at('/tasks', Tasks),
  at('/tasks/$id', TaskPage),
  at('/sources', Sources),
  at('/sources/$id', SourcePage),
  at('/sources/$id/mapping', MappingPage),
  at('/batches', Batches),
  at('/batches/$id', BatchPage),
  at('/quarantine', Quarantine),
  at('/quarantine/$id', QuarantinePage),
  at('/rules', Rules),
  at('/rules/$id', RulePage),
  at('/rules/$id/draft', DraftPage),
  at('/lists', Lists),
  at('/lists/$id', ListPage),
  at('/codes', Codes),
  at('/people', People),
  at('/people/$id', PersonPage),
  at('/areas', Areas),
  at('/places', Places),
  at('/places/$id', PlacePage),
  at('/diseases', Diseases),
  at('/posts', Posts),
  at('/posts/$id', PostPage),
  at('/orders', Orders),
  at('/orders/$id', OrderPage),
  at('/hand-overs', HandOvers),
  at('/grants', Grants),
  at('/exports', Exports),
  at('/misuse', Misuse),
  at('/retention', Retention),
  at('/entries', Entries),
  at('/actors', Actors),
  at('/account', AccountPage),
]);
export const router = createRouter({ routeTree: tree, basepath: '/desk', ...plainSearch });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
