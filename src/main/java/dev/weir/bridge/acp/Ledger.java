package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owes an answer to whom. Ids of the two directions are apart. One event loop. */
final class Ledger {
    /** More open requests than any client or agent has use for. */
    private static final int MOST = 10_000;

    private final Map<String, Envelope.Request> ofClient = new LinkedHashMap<>();
    private final Map<String, Envelope.Request> ofAgent = new HashMap<>();
    private final Set<String> abandoned = new HashSet<>();

    /** False if such a request is open already, or too many are. */
    boolean clientAsks(Envelope.Request request) {
        return !abandoned.contains(request.id()) && ofClient.size() < MOST
                && ofClient.putIfAbsent(request.id(), request) == null;
    }

    boolean agentAsks(Envelope.Request request) {
        return ofAgent.size() < MOST && ofAgent.putIfAbsent(request.id(), request) == null;
    }

    /** The request that is answered; null if there is none. */
    Envelope.Request clientAnswers(String id) {
        return ofAgent.remove(id);
    }

    /** The request that is answered; null if there is none, or it was given up. */
    Envelope.Request agentAnswers(String id) {
        return abandoned.remove(id) ? null : ofClient.remove(id);
    }

    boolean isOpen(String id) {
        return ofClient.containsKey(id);
    }

    /** Gives a request of the client's up; its late answer will be that of nobody. */
    void abandon(String id) {
        if (ofClient.remove(id) != null) {
            abandoned.add(id);
        }
    }

    boolean isIdle() {
        return ofClient.isEmpty();
    }

    List<Envelope.Request> openOfClient() {
        return new ArrayList<>(ofClient.values());
    }

    /** The client's requests of that method and session. */
    List<Envelope.Request> open(String method, String session) {
        return ofClient.values().stream()
                .filter(each -> each.method().equals(method) && each.session().equals(session)).toList();
    }

    /** The agent's requests of that method and session. */
    List<Envelope.Request> asked(String method, String session) {
        return ofAgent.values().stream()
                .filter(each -> each.method().equals(method) && each.session().equals(session)).toList();
    }

    void forgetClient(String id) {
        ofClient.remove(id);
    }

    /** The agent that asked, and that owed late answers, is gone. */
    void agentIsGone() {
        ofAgent.clear();
        abandoned.clear();
    }
}
