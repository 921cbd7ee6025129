package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.Terminal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says, if somebody presses Ctrl-C while a run is watched, that the run goes on; and sees to it that nothing else is said then. */
final class Farewell implements AutoCloseable {
    private static final long END_SECONDS = 10;

    private final Thread hook;

    /** @param json whether to say it as the command's one JSON value, too */
    Farewell(Terminal terminal, String run, boolean json) {
        hook = new Thread(() -> say(terminal, run, json), "weir-farewell");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private static void say(Terminal terminal, String run, boolean json) {
        terminal.note("\nthe run " + run + " goes on; see it with: weir skill logs -f " + run);
        if (json) {
            ObjectNode result = JsonNodeFactory.instance.objectNode().put("run_id", run);
            result.putObject("error").put("detail", "interrupted; the run goes on");
            terminal.json(result);
        }
    }

    /** From here on an interrupt is nothing special. Does not return once the process is ending. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            awaitTheEnd();
        }
    }

    private static void awaitTheEnd() {
        try {
            new CountDownLatch(1).await(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
