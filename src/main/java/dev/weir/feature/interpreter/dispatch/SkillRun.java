package dev.weir.feature.interpreter.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.interpreter.dispatch.DispatchOrder.Isolation;
import dev.weir.feature.interpreter.tool.Answer;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolCall.FileContent;
import dev.weir.feature.interpreter.tool.ToolResult;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One skill in one session: install, hand over the arguments, execute the template, read what it reports, leave nothing behind. */
final class SkillRun {
    private static final Logger LOG = LoggerFactory.getLogger(SkillRun.class);
    /** ASCII only: what is no Unicode, such as half a surrogate pair, comes through as JSON says it. */
    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final String TASK = "_args.json";
    private static final String HOME = "_skills/";
    private static final Duration FILES_WITHIN = Duration.ofMinutes(1);
    private static final int BATCH_BYTES = 8 * 1024 * 1024;

    private final String nonce = UUID.randomUUID().toString();
    private final ToolCaller tools;
    private final DispatchOrder order;
    private final Bundle bundle;
    private final Course course;
    private final boolean apart;

    SkillRun(ToolCaller tools, DispatchOrder order, Bundle bundle, Course course) {
        this.tools = tools;
        this.order = order;
        this.bundle = bundle;
        this.course = course;
        this.apart = order.isolation() == Isolation.PROCESS || bundle.hasDependencies();
    }

    /** The result as JSON text. */
    String execute(Map<String, String> env) throws DispatchFailure {
        String directory = HOME + (apart ? nonce : bundle.digest());
        install(directory);
        Report report = run(task(directory, env));
        report.messages().forEach(course.events()::message);
        return switch (report.kind()) {
            case "result" -> report.value().orElseThrow(() -> noResult("the skill told no result")).toString();
            case "printed" -> course.stdout().lastLine().flatMap(Report::json)
                    .orElseThrow(() -> noResult("the last line of the skill's output is not JSON"));
            case "output_invalid" -> throw noResult(report.message());
            default -> throw new DispatchFailure(ErrorKind.EXECUTION, report.message());
        };
    }

    private static DispatchFailure noResult(String why) {
        return new DispatchFailure(ErrorKind.OUTPUT, why);
    }

    private void install(String directory) throws DispatchFailure {
        String note = "bundle " + bundle.digest();
        if (!apart && tools.lease().isNoted(note)) {
            return;
        }
        List<FileContent> batch = new ArrayList<>();
        long size = 0;
        for (FileContent file : bundle.files()) {
            if (size + file.bytes().length() > BATCH_BYTES && !batch.isEmpty()) {
                write(batch);
                batch.clear();
                size = 0;
            }
            batch.add(new FileContent(directory + "/" + file.path(), file.bytes()));
            size += file.bytes().length();
        }
        if (!batch.isEmpty()) {
            write(batch);
        }
        if (!apart) {
            tools.lease().note(note);
        }
    }

    private Buffer task(String directory, Map<String, String> env) throws DispatchFailure {
        ObjectNode task = JSON.createObjectNode().put("directory", directory).put("entry", bundle.entry())
                .put("slug", order.slug()).put("args", order.args()).put("nonce", nonce).put("result", resultFile())
                .put("isolation", apart ? "process" : "session").put("max_output", Course.MAX_OUTPUT)
                .put("max_message", Course.MAX_MESSAGE);
        ObjectNode variables = task.putObject("env");
        env.forEach(variables::put);
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(task));
        } catch (JsonProcessingException unwritable) { // its message may quote
            throw new DispatchFailure(ErrorKind.EXECUTION, "the arguments cannot be written as JSON");
        }
    }

    private String resultFile() {
        return "_result-" + nonce + ".json";
    }

    /** The arguments do not stay: the template takes them away, and where it has not run, we do. */
    private Report run(Buffer task) throws DispatchFailure {
        boolean begun = false;
        try {
            write(List.of(new FileContent(TASK, task)));
            ended(code());
            begun = true;
            return report();
        } finally {
            if (!begun) {
                remove(TASK);
            }
        }
    }

    private Answer code() throws DispatchFailure {
        Answer answer = new Answer(Course.STDOUT, Course.STDERR);
        try {
            tools.call(ToolCall.ExecuteCode.python(Template.CODE), bundle.effectiveTimeout(),
                    part -> answer.add(part).forEach(course::add));
            answer.rest().ifPresent(course::add);
        } catch (DispatchFailure failure) {
            if (failure.isTimeout()) {
                throw new DispatchFailure(ErrorKind.TIMEOUT,
                        "the skill did not end within " + bundle.effectiveTimeout().toSeconds() + " seconds");
            }
            throw failure;
        }
        return answer;
    }

    /** The template itself always ends well, whatever the skill does: else nobody knows what the session is worth. */
    private void ended(Answer answer) throws DispatchFailure {
        int exit = answer.exitCode().orElse(answer.isError() ? 1 : 0);
        if (exit != 0) {
            tools.lease().spoil("the template did not end well");
            throw new DispatchFailure(ErrorKind.EXECUTION, "the code ended with exit code " + exit);
        }
    }

    private Report report() throws DispatchFailure {
        Buffer content = Buffer.buffer();
        tools.call(new ToolCall.ReadFiles(List.of(resultFile())), FILES_WITHIN,
                part -> part.content().forEach(each -> {
                    if (each instanceof ToolResult.Resource resource) {
                        content.appendBuffer(resource.bytes());
                    }
                }));
        Optional<Report> report = Report.read(content, nonce);
        if (report.isEmpty()) {
            tools.lease().spoil("the template has not reported");
            throw noResult("the skill told no result");
        }
        remove(resultFile());
        return report.get();
    }

    private void write(List<FileContent> files) throws DispatchFailure {
        boolean[] failed = {false};
        tools.call(new ToolCall.WriteFiles(files), FILES_WITHIN, part -> failed[0] |= part.isError());
        if (failed[0]) {
            throw new DispatchFailure(ErrorKind.TRANSPORT, "the code interpreter did not take the files");
        }
    }

    /** A session in which something may have stayed is not lent again. */
    private void remove(String file) {
        if (tools.lease().isSpoiled()) {
            return;
        }
        boolean[] failed = {false};
        try {
            tools.callAnyway(new ToolCall.RemoveFiles(List.of(file)), FILES_WITHIN,
                    part -> failed[0] |= part.isError());
        } catch (DispatchFailure failure) {
            LOG.atInfo().addKeyValue("why", failure.failure().message()).log("a file was not removed from a session");
            failed[0] = true;
        }
        if (failed[0]) {
            tools.lease().spoil("a file was not removed");
        }
    }
}
