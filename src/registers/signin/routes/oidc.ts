import { isRefusal } from '#base/refusal.ts';
import { hostCookie, type Route, route, SENT } from '#platform/http/index.ts';
import { beginOidc as beginEndpoint, endOidc as endEndpoint } from '../contract.ts';
import type { SigninDeps } from '../deps.ts';
import { beginOidc, enterByOidc } from '../enter/oidc.ts';
import { fromOf, rpOf, welcome } from './call.ts';

const THREAD = 'fenghuo_oidc';

/**
 * There and back by redirect. What went wrong stands after `#` as a code the door has words for;
 * it and the thread of a second step reach no server's log there.
 */
export const oidcRoutes = (deps: SigninDeps): Route[] => [
  route(beginEndpoint, async ({ request, reply, now }) => {
    const begun = await beginOidc(deps, rpOf(deps, request).origin, now);
    if (isRefusal(begun)) {
      reply.redirect(`/#sorry=${begun.code}`);
      return SENT;
    }
    reply.setCookie(hostCookie(request, THREAD), begun.thread, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.protocol === 'https',
      expires: new Date(begun.endsAt),
    });
    reply.redirect(begun.url);
    return SENT;
  }),
  route(endEndpoint, async (call) => {
    const { request, reply, now } = call;
    const from = fromOf(deps, request);
    const name = hostCookie(request, THREAD);
    const input = { url: new URL(request.url, from.rp.origin), thread: request.cookies[name] };
    const entered = await enterByOidc(deps, input, from, now);
    reply.clearCookie(name, { path: '/', secure: request.protocol === 'https' });
    if (isRefusal(entered)) reply.redirect(`/#sorry=${entered.code}`);
    else if ('next' in entered)
      reply.redirect(`/#pending=${entered.pending}&methods=${entered.methods.join(',')}`);
    else {
      await welcome(deps, call, entered);
      reply.redirect('/#in');
    }
    return SENT;
  }),
];
