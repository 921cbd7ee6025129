package dev.weir.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;

/** Where a command's words go: results to standard output, everything else to standard error; colours and progress only to a terminal. */
public final class Terminal {
    /** Set by the launcher, because Java cannot tell: {@code true} if standard error is a terminal. */
    private static final String IS_TERMINAL = "weir.terminal";
    private static final int BAR = 30;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean lively;
    private final boolean coloured;

    public Terminal(PrintWriter out, PrintWriter err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.lively = Boolean.getBoolean(IS_TERMINAL) && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        this.coloured = lively && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** A result, byte for byte. */
    public void print(String text) {
        out.print(text);
        if (out.checkError()) {
            throw new ClientException(ExitCode.INTERNAL, "standard output is closed");
        }
    }

    /** A result of one line. */
    public void line(String text) {
        print(printable(text) + System.lineSeparator());
    }

    public void json(JsonNode value) {
        print(value + System.lineSeparator());
    }

    /** Something to know that is no result. */
    public void note(String text) {
        err.println(printable(text));
        err.flush();
    }

    /** A note that matters. */
    public void alarm(String text) {
        err.println(coloured ? "\u001b[31m" + printable(text) + "\u001b[0m" : printable(text));
        err.flush();
    }

    /** How far something is, on one line that is written over; nothing where there is no terminal. */
    public void progress(String what, long done, long total) {
        if (lively) {
            int filled = (int) (total == 0 ? BAR : BAR * done / total);
            err.print("\r" + what + " [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] "
                    + (done + 1023) / 1024 + "/" + (total + 1023) / 1024 + " KiB" + (done >= total ? "\n" : ""));
            err.flush();
        }
    }

    /** What a gateway says must not steer the terminal that shows it. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f&&[^\\n\\t]]", "?");
    }
}
