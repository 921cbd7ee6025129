package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.cli.skill.Check;
import dev.weir.cli.skill.CheckResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** How a client command ended, run in this process through the whole command line. */
record ClientRun(int code, String out, String err) {
    static final Check CONTENT = (_, _) -> new CheckResult(List.of(), MissingNode.getInstance());
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static ClientRun of(String url, String... arguments) {
        return of(url, CONTENT, arguments);
    }

    static ClientRun of(String url, Check check, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Launch launch = new Launch(_ -> 99, _ -> 99, _ -> 99, _ -> check, _ -> 99, _ -> 99, _ -> 99, () -> {});
        CommandLine line = CommandLines.of(launch, Map.of("WEIR_SERVER", url, "WEIR_KEY", "wk_secret"));
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        assertThat(out.toString() + err).doesNotContain("wk_secret", "Exception", "\tat ");
        return new ClientRun(code, out.toString(), err.toString());
    }

    /** The one value on standard output. */
    JsonNode json() throws IOException {
        JsonNode value = JSON.readTree(out);
        assertThat(value.isMissingNode()).as("there is a value").isFalse();
        return value;
    }
}
