package dev.weir.emulator;

import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.MicroVms;
import dev.weir.emulator.session.SessionKey;
import dev.weir.wire.sigv4.Query;
import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.UUID;

/** Finds out which session of which runtime a call means, by the rules of the service model; breaks throw an {@link AwsFault}. */
final class Addressing {
    static final String SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";
    static final String ACCOUNT = "000000000000";
    private static final int MIN_SESSION_LENGTH = 33;
    private static final int MAX_SESSION_LENGTH = 256;

    private final String arnPrefix;
    private final MicroVms machines;

    Addressing(String region, MicroVms machines) {
        this.arnPrefix = "arn:aws:bedrock-agentcore:" + region + ':' + ACCOUNT + ":runtime/";
        this.machines = machines;
    }

    SessionKey resolve(Route route, Query query, MultiMap headers) {
        String session = session(route.operation(), query, headers);
        String runtime = runtime(route.resource(), query);
        if (!machines.knows(runtime)) {
            throw AwsFault.notFound("There is no agent runtime '" + runtime + "'.");
        }
        String qualifier = query.first("qualifier").orElse("DEFAULT");
        if (!qualifier.equals("DEFAULT")) {
            throw AwsFault.notFound("There is no endpoint '" + qualifier + "' of agent '" + runtime + "'.");
        }
        return new SessionKey(runtime, session);
    }

    private String runtime(String resource, Query query) {
        if (!resource.startsWith("arn:")) {
            if (query.first("accountId").isEmpty()) {
                throw AwsFault.invalid("accountId", "accountId is required with an agent id in place of an ARN");
            }
            return resource;
        }
        if (!resource.startsWith(arnPrefix)) {
            throw AwsFault.invalid("agentRuntimeArn", "the ARN must begin with " + arnPrefix);
        }
        return resource.substring(arnPrefix.length());
    }

    /** A WebSocket may carry the id in its query, as browsers must; a call without one gets a new session, except a stop. */
    private static String session(Route.Operation operation, Query query, MultiMap headers) {
        Optional<String> given = Optional.ofNullable(headers.get(SESSION_HEADER));
        if (given.isEmpty() && (operation == Route.Operation.SOCKET || operation == Route.Operation.SHELL)) {
            given = query.first(SESSION_HEADER);
        }
        if (given.isEmpty() && operation == Route.Operation.STOP) {
            throw AwsFault.invalid("runtimeSessionId", "runtimeSessionId is required");
        }
        String session = given.orElseGet(() -> UUID.randomUUID().toString());
        if (session.length() < MIN_SESSION_LENGTH || session.length() > MAX_SESSION_LENGTH) {
            throw AwsFault.invalid("runtimeSessionId", "runtimeSessionId must have " + MIN_SESSION_LENGTH + " to "
                    + MAX_SESSION_LENGTH + " characters");
        }
        return session;
    }
}
