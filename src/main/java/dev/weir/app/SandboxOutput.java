package dev.weir.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.weir.feature.interpreter.tool.ToolResult;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/**
 * What a sandbox says: on the two streams as it comes, or gathered as one JSON value. Text is in blocks of content and again in the
 * structured part, and either may be missing: the one is shown, and the other where it is not there, but nothing twice. One thread at a time.
 */
public final class SandboxOutput {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private final Shown shown = new Shown();
    private final StringBuilder stdout = new StringBuilder();
    private final StringBuilder stderr = new StringBuilder();

    private boolean any;
    private boolean fromBlocks;
    private int exitCode;
    private double executionTime;
    private boolean isError;

    public SandboxOutput(PrintStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /** Takes a part of the answer; false when nobody reads standard output any more. */
    boolean take(ToolResult part) {
        String blocks = part.content().stream().filter(ToolResult.Text.class::isInstance)
                .map(content -> ((ToolResult.Text) content).text()).collect(Collectors.joining());
        String plain = part.structured().flatMap(ToolResult.Structured::stdout).orElse("");
        String trouble = part.structured().flatMap(ToolResult.Structured::stderr).orElse("");
        boolean useBlocks = json ? plain.isEmpty() && trouble.isEmpty() : !blocks.isEmpty();
        say(useBlocks ? blocks : plain, useBlocks);
        complain(trouble);
        part.structured().ifPresent(structured -> {
            structured.exitCode().ifPresent(code -> exitCode = code);
            structured.executionTime().ifPresent(time -> executionTime = time);
        });
        isError |= part.isError();
        any = true;
        for (ToolResult.Content content : part.content()) {
            if (content instanceof ToolResult.Image image) {
                note("a picture (" + image.mimeType() + ") is not shown; save it to a file and use --download");
            }
        }
        return !out.checkError();
    }

    private void say(String text, boolean blocks) {
        if (text.isEmpty()) {
            return;
        }
        String fresh = shown.isEmpty() || blocks == fromBlocks ? text : shown.newIn(text);
        fromBlocks = blocks;
        shown.add(fresh);
        if (json) {
            stdout.append(fresh);
        } else {
            out.print(fresh);
            out.flush();
        }
    }

    private void complain(String text) {
        if (json) {
            stderr.append(text);
        } else if (!text.isEmpty()) {
            err.print(text);
            err.flush();
        }
    }

    /** The result is complete. */
    void end() {
        end("");
    }

    /** It is complete, but something went wrong afterwards. */
    void end(String detail) {
        if (json) {
            value(detail, true);
        }
    }

    /** A line about what is done, for people. */
    void note(String text) {
        err.println(program() + ": " + text);
    }

    /** The answer of a command that executes nothing. */
    void answer(String key, String text) {
        if (json) {
            out.println(object(generator -> generator.writeStringField(key, text)));
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** Tells what went wrong, and with it what came before; 1, which is the exit code of all that goes wrong on our side. */
    public int fail(String detail) {
        note(detail);
        err.flush();
        if (json) {
            value(detail, false);
        }
        return 1;
    }

    /** How the process ends when all went well: 0 is kept for a success, also where the remote code is a multiple of 256. */
    int code(boolean strict) {
        return exitCode == 0 ? strict && isError ? 1 : 0 : (exitCode & 0xff) == 0 ? 1 : exitCode & 0xff;
    }

    /** What people call this program: {@code agentcore-sandbox}, or {@code weir sandbox}. */
    public static String program() {
        String command = System.getProperty("weir.command", "weir");
        return command.substring(command.lastIndexOf('/') + 1).startsWith("agentcore-sandbox")
                ? "agentcore-sandbox"
                : "weir sandbox";
    }

    private void value(String detail, boolean complete) {
        out.println(object(generator -> {
            if (any || complete) {
                generator.writeStringField("stdout", stdout.toString());
                generator.writeStringField("stderr", stderr.toString());
            }
            if (complete) {
                generator.writeNumberField("exitCode", exitCode);
                generator.writeNumberField("executionTime", executionTime);
                generator.writeBooleanField("isError", isError);
            }
            if (!detail.isEmpty()) {
                generator.writeObjectFieldStart("error");
                generator.writeStringField("detail", detail);
                generator.writeEndObject();
            }
        }));
        out.flush();
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
