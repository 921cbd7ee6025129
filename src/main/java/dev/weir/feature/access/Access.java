package dev.weir.feature.access;

import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Turns credentials into callers and callers into permits. Whatever it is not sure of, it refuses. */
public final class Access {
    private final ApiKeyStore keys;
    private final GrantStore grants;
    private final Tickets tickets;

    public Access(ApiKeyStore keys, GrantStore grants, Tickets tickets) {
        this.keys = keys;
        this.grants = grants;
        this.tickets = tickets;
    }

    /**
     * The principal an API key belongs to; fails with {@code Unauthenticated}, also for a key from before its user's name was
     * {@link ApiKeys#RESERVED}: that user would own what no user started.
     */
    public Future<Caller> authenticate(Redacted apiKey) {
        return keys.byHash(hash(apiKey)).map(found -> found.filter(key -> !key.user().equals(ApiKeys.RESERVED))
                .map(key -> new Caller(key.tenant(), key.user(), key.role()))
                .orElseThrow(() -> new ProblemException(new Problem.Unauthenticated("the API key is not known"))));
    }

    /** May see what its tenant shares with everyone in it: skills and stages, and its own runs. */
    public Permit member(Caller caller) {
        return new Permit(caller, Optional.empty());
    }

    /** May change the tenant's skills and credentials; fails with {@code Forbidden} for anyone but an owner. */
    public Permit owner(Caller caller) {
        if (caller.role() != Role.OWNER) {
            throw new ProblemException(new Problem.Forbidden("only an owner of the tenant may do this"));
        }
        return new Permit(caller, Optional.empty());
    }

    /** What lets {@code caller} invoke skills; grants are read anew each time, so that a revoked one ends at once. */
    public Future<Allowance> allowance(Caller caller) {
        return caller.role() == Role.OWNER
                ? Future.succeededFuture(new Allowance.Owner())
                : grants.of(caller.tenant(), caller.user()).map(Allowance.Granted::new);
    }

    /** May invoke {@code skill}: owners any, developers what a grant allows; fails with {@code Forbidden}. */
    public Future<Permit> invoke(Caller caller, String skill) {
        return allowance(caller).map(allowance -> {
            if (!allowance.allows(skill)) {
                throw new ProblemException(new Problem.Forbidden("no grant allows you to invoke this skill"));
            }
            return new Permit(caller, Optional.empty());
        });
    }

    /**
     * May have code of its own executed, under the name that {@code skill} stands for: owners, and developers with a grant that names it.
     * One for all skills is not enough, for it was given to invoke what owners have deployed. Fails with {@code Forbidden}.
     */
    public Future<Permit> interpret(Caller caller, String skill) {
        return allowance(caller).map(allowance -> {
            if (!allowance.names(skill)) {
                throw new ProblemException(new Problem.Forbidden("no grant allows you to use the code interpreter"));
            }
            return new Permit(caller, Optional.empty());
        });
    }

    /** May use {@code agent}: owners any, developers what a grant allows; fails with {@code Forbidden}. */
    public Future<Permit> agent(Caller caller, String agent) {
        return allowance(caller).map(allowance -> {
            if (!allowance.allowsAgent(agent)) {
                throw new ProblemException(new Problem.Forbidden("no grant allows you to use this agent"));
            }
            return new Permit(caller, Optional.of(Tickets.ofAgent(agent)));
        });
    }

    /** What {@link #agent} gives to whoever a ticket for {@code agent} was issued to; fails with {@code Unauthenticated}, too. */
    public Future<Permit> agentTicket(Redacted ticket, String agent) {
        return tickets.verify(ticket, Tickets.ofAgent(agent))
                .map(issuer -> agent(issuer, agent))
                .orElseGet(() -> Future.failedFuture(new ProblemException(
                        new Problem.Unauthenticated("the ticket is not valid for this agent"))));
    }

    /** A permit to read one run, from a ticket for it; fails with {@code Unauthenticated}. */
    public Permit ticket(Redacted ticket, String run) {
        Caller issuer = tickets.verify(ticket, run)
                .orElseThrow(() -> new ProblemException(
                        new Problem.Unauthenticated("the ticket is not valid for this run")));
        return new Permit(issuer, Optional.of(run));
    }

    /** What a key is stored as. */
    static String hash(Redacted key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.reveal().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
