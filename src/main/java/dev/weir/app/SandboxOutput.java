package dev.weir.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.weir.feature.interpreter.tool.Answer;
import dev.weir.feature.interpreter.tool.ToolResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a sandbox says: on the two streams as it comes, or gathered as one JSON value, which is said once. What is shown of an answer, and
 * what it comes to, is {@link Answer}'s affair. Of each stream 64 MiB are gathered; what is shown as it comes is shown whole. On any thread.
 */
public final class SandboxOutput {
    private static final int MOST_GATHERED = 1 << 26;
    /** As of a program that a signal ended, with the signal's number added. */
    private static final int SIGPIPE = 128 + 13;

    private final OutputStream out;
    private final PrintStream err;
    private final boolean json;
    private final Answer answer = new Answer(MOST_GATHERED, MOST_GATHERED);

    private boolean any;
    private boolean said;
    private IOException lost;

    /** @param out gets bytes of UTF-8, and is not closed; its failures are remembered */
    public SandboxOutput(OutputStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /** Takes a part of the answer; false when standard output is lost. */
    synchronized boolean take(ToolResult part) {
        answer.add(part).forEach(this::show);
        any = true;
        for (ToolResult.Content content : part.content()) {
            if (content instanceof ToolResult.Image image) {
                note("a picture (" + image.mimeType() + ") is not shown; save it to a file and use --download");
            }
        }
        return lost == null;
    }

    private void show(Answer.Piece piece) {
        if (json) {
            return;
        }
        if (piece.stream().equals("stdout")) {
            print(piece.text());
        } else {
            err.print(piece.text());
            err.flush();
        }
    }

    private void print(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException failure) {
            lost = lost == null ? failure : lost;
        }
    }

    /** The result is complete; {@code detail} is what went wrong afterwards, if anything did. */
    synchronized void end(String detail) {
        if (json) {
            value(detail, true);
        } else {
            answer.rest().ifPresent(this::show);
        }
    }

    /** A line about what is done, for people. */
    synchronized void note(String text) {
        err.println(program() + ": " + text);
        err.flush();
    }

    /** The answer of a command that executes nothing. */
    synchronized void answer(String key, String text) {
        if (!json) {
            print(text + "\n");
        } else if (!said) {
            said = true;
            print(object(generator -> generator.writeStringField(key, text)) + "\n");
        }
    }

    /** Tells what went wrong, and with it what came before; 1, which is the exit code of all that goes wrong on our side. */
    public synchronized int fail(String detail) {
        note(detail);
        if (json) {
            value(detail, false);
        }
        return 1;
    }

    /** How the process ends when all went well: 0 is kept for a success, also where the remote code is a multiple of 256. */
    synchronized int code(boolean strict) {
        int remote = answer.exitCode().orElse(0);
        return remote == 0 ? strict && answer.isError() ? 1 : 0 : (remote & 0xff) == 0 ? 1 : remote & 0xff;
    }

    /** Whether something could not be written to standard output. */
    synchronized boolean isLost() {
        return lost != null;
    }

    /** How the process ends when {@link #isLost}: as others do that write where nobody reads; else it is told, and is a failure. */
    synchronized int lost() {
        String why = String.valueOf(lost.getMessage());
        // Java has no kind of its own for this; translations of the system's words keep the word.
        if (why.toLowerCase(Locale.ROOT).contains("pipe")) {
            return SIGPIPE;
        }
        note("cannot write to standard output: " + why);
        return 1;
    }

    /** What people call this program: {@code agentcore-sandbox}, or {@code weir sandbox}. */
    public static String program() {
        String command = System.getProperty("weir.command", "weir");
        return command.substring(command.lastIndexOf('/') + 1).startsWith("agentcore-sandbox")
                ? "agentcore-sandbox"
                : "weir sandbox";
    }

    private void value(String detail, boolean complete) {
        if (said) {
            return;
        }
        said = true;
        print(object(generator -> {
            if (any || complete) {
                generator.writeStringField("stdout", answer.stdout().text());
                generator.writeStringField("stderr", answer.stderr().text());
            }
            if (complete) {
                generator.writeNumberField("exitCode", answer.exitCode().orElse(0));
                generator.writeNumberField("executionTime", answer.executionTime().orElse(0));
                generator.writeBooleanField("isError", answer.isError());
            }
            if (!detail.isEmpty()) {
                generator.writeObjectFieldStart("error");
                generator.writeStringField("detail", detail);
                generator.writeEndObject();
            }
        }) + "\n");
    }

    /** Writes the members of an object. */
    private interface Members {
        void write(JsonGenerator generator) throws IOException;
    }

    private static String object(Members members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JsonFactory.builder().disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM).build()
                .createGenerator(text)) {
            generator.writeStartObject();
            members.write(generator);
            generator.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }
}
