package dev.weir.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/** Where a command's words go: results to standard output, everything else to standard error; colours and progress only to a terminal. */
public final class Terminal {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean lively;

    public Terminal(PrintWriter out, PrintWriter err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        boolean quiet = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb");
        this.lively = !quiet && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /** A result. */
    public void print(String text) {
        out.print(text);
        out.flush();
    }

    public void line(String text) {
        print(text + System.lineSeparator());
    }

    public void json(JsonNode value) {
        line(value.toString());
    }

    /** Something to know that is no result. */
    public void note(String text) {
        err.println(text);
        err.flush();
    }

    /** A note that matters. */
    public void alarm(String text) {
        note(lively ? "\u001b[31m" + text + "\u001b[0m" : text);
    }

    /** How far something is, on one line that is written over; nothing where there is no terminal. */
    public void progress(String what, long done, long total) {
        if (lively) {
            int filled = (int) (total == 0 ? 30 : 30 * done / total);
            err.print("\r" + what + " [" + "#".repeat(filled) + ".".repeat(30 - filled) + "] "
                    + done / 1024 + "/" + total / 1024 + " KiB" + (done >= total ? "\n" : ""));
            err.flush();
        }
    }
}
