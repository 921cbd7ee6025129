package dev.weir.emulator.interpreter;

import dev.weir.emulator.interpreter.ToolOrder.ExecuteCode;
import dev.weir.emulator.session.AwsFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * executeCode. One piece of code at a time, in the order they came. Python goes to the session's one kernel and finds there what was defined
 * before; JavaScript and TypeScript begin afresh each time, as nothing says that the service keeps anything of them.
 */
final class CodeTool {
    private static final Logger LOG = LoggerFactory.getLogger(CodeTool.class);
    private static final int MOST_WAITING = 16;

    private final Toolbox toolbox;
    private final Programs programs;
    private final Semaphore turn = new Semaphore(1, true);
    private Optional<PythonKernel> kernel = Optional.empty();
    private int present;
    private volatile boolean ended;

    CodeTool(Toolbox toolbox, Programs programs) {
        this.toolbox = toolbox;
        this.programs = programs;
    }

    /** Before anything is answered: whether it can run here, and whether there is a place in the queue; {@link #leave} gives it back. */
    void enter(ExecuteCode order) {
        if (!order.runtime().equals("python")) {
            programs.of(order);
        }
        synchronized (this) {
            if (present > MOST_WAITING) {
                throw AwsFault.of(409, "ConflictException", "Too much code waits for its turn in this session.");
            }
            present++;
        }
    }

    synchronized void leave() {
        present--;
    }

    void run(ExecuteCode order, ToolRun call) throws IOException, InterruptedException {
        if (!turn.tryAcquire(ToolRun.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw AwsFault.of(409, "ConflictException", "The code before this one did not end in time.");
        }
        try {
            if (ended) {
                throw AwsFault.notFound("The session has ended.");
            }
            if (order.runtime().equals("python")) {
                python(order, call);
            } else {
                script(order, call);
            }
        } finally {
            turn.release();
        }
    }

    /** Whoever waits finds the session ended. */
    void end() {
        ended = true;
        turn.release(MOST_WAITING + 1);
    }

    private void python(ExecuteCode order, ToolRun call) throws IOException, InterruptedException {
        if (order.clearContext()) {
            kernel.ifPresent(this::discard);
        }
        Pieces pieces = new Pieces();
        if (kernel.isEmpty() || !kernel.get().isAlive()) {
            if (kernel.isPresent() && !kernel.get().hasToldItsEnd()) {
                pieces.put(new Pieces.Piece.Text(true, PythonKernel.LOST));
            }
            kernel.ifPresent(this::discard);
            PythonKernel fresh = start();
            toolbox.adopt(fresh);
            kernel = Optional.of(fresh);
        }
        PythonKernel used = kernel.get();
        call.runs(used);
        used.execute(order.code(), pieces);
        call.tell(pieces);
    }

    private PythonKernel start() {
        Path work = toolbox.work();
        try {
            return PythonKernel.start(programs.python(), work);
        } catch (IOException failure) {
            LOG.warn("no Python could be started for a session: {}", failure.toString());
            throw AwsFault.of(500, "InternalServerException",
                    "Python could not be started in the session; is there a python3 on this machine's PATH?");
        }
    }

    private void discard(PythonKernel former) {
        former.kill();
        toolbox.release(former);
        kernel = Optional.empty();
    }

    private void script(ExecuteCode order, ToolRun call) throws IOException, InterruptedException {
        toolbox.work();
        Path program = programs.of(order);
        boolean typed = order.language().equals("typescript");
        String name = ".weir-" + UUID.randomUUID() + (typed ? ".mts" : ".cjs");
        boolean inPlace = typed && order.runtime().equals("nodejs"); // it takes types only from a file of that name
        byte[] code = order.code().getBytes(StandardCharsets.UTF_8);
        Path script = inPlace ? toolbox.files().work().resolve(name) : toolbox.files().stage(name, code);
        if (inPlace) {
            toolbox.files().write(name, code);
        }
        try {
            String run = "exec " + quoted(program) + (order.runtime().equals("deno")
                    ? " run --quiet --no-prompt --allow-all --ext=" + (typed ? "ts" : "js") + " - <"
                    : typed
                            ? " --experimental-strip-types --disable-warning=ExperimentalWarning "
                            : " --input-type=commonjs - <")
                    + quoted(script);
            call.command(run);
        } finally {
            Files.deleteIfExists(script);
        }
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
