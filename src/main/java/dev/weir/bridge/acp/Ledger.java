package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owes an answer to whom. Ids of the two directions are apart. One event loop. */
final class Ledger {
    /** More open requests than any client or agent has use for. */
    private static final int MOST = 10_000;
    /** Answers that may still come, and that nobody waits for. */
    private static final int MOST_ABANDONED = 1000;

    private final BridgeMeter meter;
    private final Map<String, Long> prompted = new HashMap<>();
    private final Map<String, Envelope.Request> ofClient = new LinkedHashMap<>();
    private final Map<String, Envelope.Request> ofAgent = new HashMap<>();
    private final Set<String> abandoned = new LinkedHashSet<>();

    Ledger(BridgeMeter meter) {
        this.meter = meter;
    }

    /** Why the client may not ask that now; empty if it may. */
    String objection(Envelope.Request request) {
        if (abandoned.contains(request.id())) {
            return "the answer to an earlier request with this id may still come";
        }
        if (ofClient.containsKey(request.id())) {
            return "a request with this id is open already";
        }
        return ofClient.size() < MOST ? "" : "too many requests are open";
    }

    /** False if there is an {@link #objection}. */
    boolean clientAsks(Envelope.Request request) {
        boolean taken = objection(request).isEmpty();
        if (taken) {
            ofClient.put(request.id(), request);
            meter.pending(1);
            if (request.method().equals("session/prompt")) {
                prompted.put(request.id(), System.nanoTime());
            }
        }
        return taken;
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
        if (abandoned.remove(id)) {
            return null;
        }
        Long since = prompted.get(id);
        Envelope.Request request = remove(id);
        if (since != null) {
            meter.turn(Duration.ofNanos(System.nanoTime() - since));
        }
        return request;
    }

    boolean isOpen(String id) {
        return ofClient.containsKey(id);
    }

    /** Gives a request of the client's up; its late answer will be that of nobody. */
    void abandon(String id) {
        if (remove(id) != null) {
            abandoned.add(id);
            if (abandoned.size() > MOST_ABANDONED) {
                abandoned.remove(abandoned.iterator().next());
            }
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
        var _ = remove(id);
    }

    private Envelope.Request remove(String id) {
        Envelope.Request request = ofClient.remove(id);
        prompted.remove(id);
        if (request != null) {
            meter.pending(-1);
        }
        return request;
    }

    /** The agent that asked, and that owed late answers, is gone. */
    void agentIsGone() {
        ofAgent.clear();
        abandoned.clear();
    }
}
