package dev.weir.feature.agent;

import dev.weir.config.AgentConfig;
import dev.weir.feature.access.Permit;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The configured agents: which there are for whom, and which microVM of theirs a caller gets. */
public final class Agents {
    private static final String EVERYBODY = "*";

    private final Map<String, AgentConfig> configured;

    public Agents(Map<String, AgentConfig> configured) {
        this.configured = new TreeMap<>(configured);
    }

    /** The names of the tenant's agents, in order. */
    public List<String> of(TenantId tenant) {
        return configured.entrySet().stream().filter(each -> isFor(each.getValue(), tenant)).map(Map.Entry::getKey)
                .toList();
    }

    /** How an agent is set up; fails with {@code NotFound} if the tenant has none of that name. */
    public AgentConfig find(TenantId tenant, String agent) {
        AgentConfig found = configured.get(agent);
        if (found == null || !isFor(found, tenant)) {
            throw new ProblemException(new Problem.NotFound("agent", agent));
        }
        return found;
    }

    /**
     * Where a caller's conversation with an agent is: for a thread always the same microVM, else a new one. No other caller gets it.
     *
     * @param thread {@code PLATFORM:ID}, see {@link ShellAddress#isThread}
     */
    public ShellAddress conversation(Permit permit, String agent, Optional<String> thread) {
        return thread.map(known -> ShellAddress.derived("agent", place(permit, agent, known), "acp"))
                .orElseGet(ShellAddress::random);
    }

    /** A caller's terminal: in the microVM of the thread, or else in one of the caller's own for this agent. */
    public ShellAddress terminal(Permit permit, String agent, Optional<String> thread, String shell) {
        return ShellAddress.derived("agent", place(permit, agent, thread.orElse("")), "term-" + shell);
    }

    private static List<String> place(Permit permit, String agent, String thread) {
        return List.of(permit.tenant().value(), permit.caller().user(), agent, thread);
    }

    private static boolean isFor(AgentConfig agent, TenantId tenant) {
        return Arrays.stream(agent.tenants().split(" +"))
                .anyMatch(each -> each.equals(EVERYBODY) || each.equals(tenant.value()));
    }
}
