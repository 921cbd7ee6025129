package dev.weir.emulator.interpreter;

import dev.weir.emulator.session.AwsFault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One session: ready from its start for as long as was asked for, then terminated, and as such still to be looked at. One event loop. */
public final class InterpreterSession {
    private final String interpreter;
    private final String id;
    private final StartOrder order;
    private final long number;
    private final Instant createdAt;
    private final Set<Consumer<AwsFault>> visitors = new LinkedHashSet<>();
    private Optional<Toolbox> toolbox = Optional.empty();
    private Optional<Instant> terminatedAt = Optional.empty();
    private Optional<Future<Void>> gone = Optional.empty();

    /** @param number one more than that of the session that was started before */
    InterpreterSession(String interpreter, String id, StartOrder order, long number, Instant now) {
        this.interpreter = interpreter;
        this.id = id;
        this.order = order;
        this.number = number;
        this.createdAt = now.truncatedTo(ChronoUnit.MILLIS);
    }

    /** What its callers name it by. */
    public String id() {
        return id;
    }

    String interpreter() {
        return interpreter;
    }

    StartOrder order() {
        return order;
    }

    long number() {
        return number;
    }

    boolean isReady() {
        return terminatedAt.isEmpty();
    }

    String status() {
        return isReady() ? "READY" : "TERMINATED";
    }

    /** Nothing extends it. */
    boolean isDue(Instant now) {
        return isReady() && !now.isBefore(createdAt.plus(order.timeout()));
    }

    void equip(Toolbox tools) {
        toolbox = Optional.of(tools);
    }

    Optional<Toolbox> toolbox() {
        return toolbox;
    }

    /** A call of a tool. {@code onEnd} is told what to answer if the session ends before {@link #leave}. Throws if it has ended already. */
    public ToolRun open(ToolRequest request, Answer answer, Consumer<AwsFault> onEnd) {
        if (!isReady() || toolbox.isEmpty()) {
            throw ended();
        }
        visitors.add(onEnd);
        return new ToolRun(toolbox.get(), request.order(), answer);
    }

    /** The call that was opened with it is over. */
    public void leave(Consumer<AwsFault> onEnd) {
        visitors.remove(onEnd);
    }

    /** Calls that are under way are told. */
    void terminate(Instant now) {
        terminatedAt = Optional.of(now.truncatedTo(ChronoUnit.MILLIS));
        List.copyOf(visitors).forEach(visitor -> visitor.accept(ended()));
        visitors.clear();
    }

    /** Completes when its processes and files are gone. */
    Future<Void> gone() {
        return gone.orElseGet(Future::succeededFuture);
    }

    void going(Future<Void> removal) {
        gone = Optional.of(removal);
    }

    /** The answer to a start. */
    JsonObject started() {
        return new JsonObject().put("codeInterpreterIdentifier", interpreter).put("sessionId", id).put("createdAt",
                createdAt.toString());
    }

    /** The answer to a stop. */
    JsonObject stopped() {
        return new JsonObject().put("codeInterpreterIdentifier", interpreter).put("sessionId", id)
                .put("lastUpdatedAt", terminatedAt.orElse(createdAt).toString());
    }

    JsonObject described() {
        JsonObject all = started().put("sessionTimeoutSeconds", order.timeout().toSeconds()).put("status", status());
        order.name().ifPresent(name -> all.put("name", name));
        order.certificates().ifPresent(list -> all.put("certificates", list));
        return all;
    }

    JsonObject summary() {
        JsonObject summary = started().put("status", status()).put("lastUpdatedAt",
                terminatedAt.orElse(createdAt).toString());
        order.name().ifPresent(name -> summary.put("name", name));
        return summary;
    }

    private static AwsFault ended() {
        return AwsFault.notFound("The session has ended.");
    }
}
