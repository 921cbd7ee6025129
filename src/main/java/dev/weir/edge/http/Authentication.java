package dev.weir.edge.http;

import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.agent.Agents;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who is calling, from exactly one credential (RFC 6750, section 2: a client must not use more than one method). */
final class Authentication {
    /** Where the caller is kept on a context. */
    static final String CALLER = "weir.caller";
    /** Where instead the principal is kept that issued the ticket: for the log, never for a permission. */
    static final String TICKET_ISSUER = "weir.ticket-issuer";
    /** The query parameter of clients that cannot set headers. */
    static final String TICKET = "ticket";

    private static final Pattern BEARER = Pattern.compile("[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*)");

    private final Access access;

    Authentication(Access access) {
        this.access = access;
    }

    /** The principal behind the {@code Authorization} header; fails with {@code Unauthenticated}, or {@code Invalid} if there are two. */
    Future<Caller> caller(RoutingContext ctx) {
        List<String> given = ctx.request().headers().getAll("Authorization");
        if (given.size() > 1) {
            return failed(Problem.Invalid.of("", "there is more than one Authorization header"));
        }
        Matcher bearer = BEARER.matcher(given.isEmpty() ? "" : given.getFirst().trim());
        if (!bearer.matches()) {
            return failed(new Problem.Unauthenticated(given.isEmpty()
                    ? "an Authorization header with a Bearer credential is needed"
                    : "the Authorization header holds no Bearer credential"));
        }
        return access.authenticate(new Redacted(bearer.group(1))).map(caller -> {
            ctx.put(CALLER, caller);
            return caller;
        });
    }

    /** What lets the client read the run in the path: a ticket for it, or else a caller's membership. */
    Future<Permit> reader(RoutingContext ctx) {
        List<String> tickets = ctx.queryParam(TICKET);
        if (tickets.isEmpty()) {
            return caller(ctx).map(access::member);
        }
        if (tickets.size() > 1 || ctx.request().headers().contains("Authorization")) {
            return failed(Problem.Invalid.of("", "there is more than one credential"));
        }
        Permit permit = access.ticket(new Redacted(tickets.getFirst()), ctx.pathParam("run_id"));
        ctx.put(TICKET_ISSUER, permit.caller());
        return Future.succeededFuture(permit);
    }

    /** Someone who may use an agent. */
    record AgentUser(Permit permit, String agent) {}

    /** What lets the client use {@code agent}, which its tenant must have: a ticket for it, or else what the caller is granted. */
    Future<AgentUser> user(RoutingContext ctx, Agents agents, Optional<String> agent) {
        List<String> tickets = ctx.queryParam(TICKET);
        if (tickets.isEmpty()) {
            return caller(ctx).compose(caller -> {
                String name = agent.orElseGet(() -> only(agents.of(caller.tenant())));
                agents.find(caller.tenant(), name);
                return access.agent(caller, name).map(permit -> new AgentUser(permit, name));
            });
        }
        if (tickets.size() > 1 || ctx.request().headers().contains("Authorization")) {
            return failed(Problem.Invalid.of("", "there is more than one credential"));
        }
        String name = agent.orElseThrow(Authentication::unnamed);
        return access.agentTicket(new Redacted(tickets.getFirst()), name).map(permit -> {
            ctx.put(TICKET_ISSUER, permit.caller());
            agents.find(permit.tenant(), name);
            return new AgentUser(permit, name);
        });
    }

    private static String only(List<String> agents) {
        if (agents.size() != 1) {
            throw unnamed();
        }
        return agents.getFirst();
    }

    private static ProblemException unnamed() {
        return new ProblemException(Problem.Invalid.of("", "query parameter 'agent' must name one of your agents"));
    }

    private static <T> Future<T> failed(Problem problem) {
        return Future.failedFuture(new ProblemException(problem));
    }
}
