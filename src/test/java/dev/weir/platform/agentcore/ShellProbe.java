package dev.weir.platform.agentcore;

import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told of a shell, in one list in order. */
final class ShellProbe implements ShellListener {
    final List<String> news = new CopyOnWriteArrayList<>();
    final List<ShellEnd> ends = new CopyOnWriteArrayList<>();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    volatile ShellAddress address;

    @Override
    public void attached(ShellAddress where, boolean again) {
        address = where;
        note(again ? "again" : "attached");
    }

    @Override
    public void output(Buffer bytes) {
        note("out " + bytes);
    }

    @Override
    public void confirmed(ShellStatus.Confirmed status) {
        note("confirmed " + status.shellId() + " " + status.reconnected());
    }

    @Override
    public void diagnostics(String text) {
        note("err " + text);
    }

    @Override
    public void detached(String why) {
        note("detached");
    }

    @Override
    public void ended(ShellEnd end) {
        note("ended");
        ends.add(end);
    }

    ShellEnd awaitEnd() {
        await().until(() -> !ends.isEmpty());
        return ends.getFirst();
    }

    void awaitNews(String... expected) {
        await().untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(news).containsExactly(expected));
    }

    private void note(String what) {
        threads.add(Thread.currentThread());
        news.add(what);
    }
}
