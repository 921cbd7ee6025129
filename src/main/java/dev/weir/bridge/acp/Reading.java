package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import java.util.HashSet;
import java.util.Set;

/** Whether the shell is read: not while anybody holds it. One event loop. */
final class Reading {
    private final Set<Object> holders = new HashSet<>();
    private AgentShell shell;

    /** From now on it is about this shell. */
    void use(AgentShell another) {
        shell = another;
        if (!holders.isEmpty()) {
            shell.pause();
        }
    }

    void hold(Object holder) {
        if (holders.isEmpty()) {
            shell.pause();
        }
        holders.add(holder);
    }

    void release(Object holder) {
        if (holders.remove(holder) && holders.isEmpty()) {
            shell.resume();
        }
    }

    /** Whether anybody but {@code asking} holds it. */
    boolean isHeldByOthers(Object asking) {
        return holders.stream().anyMatch(holder -> !holder.equals(asking));
    }
}
